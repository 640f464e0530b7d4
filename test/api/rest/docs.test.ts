import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let production: Gateway;
let development: Gateway;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-docs-'));
  [production, development] = await Promise.all([
    startGateway(),
    startGateway({ NODE_ENV: 'development', REALMS_FILE: '', DATA_DIR: dataDir }),
  ]);
});
afterAll(async () => {
  await Promise.all([production.close(), development.close()]);
  rmSync(dataDir, { recursive: true });
});

/** Reads the settings that the page hands to its script. */
const settingsOf = (page: string) =>
  JSON.parse(/<script type="application\/json" id="settings">(.*?)<\/script>/.exec(page)?.[1] ?? '');

const linksOf = (page: string) => [...page.matchAll(/ (?:src|href)="(.*?)"/g)].map(([, link = '']) => link);

test.each(['/docs', '/docs/'])('all that the page at %s loads is there', async (path) => {
  const page = await production.request(path);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const links = linksOf(page.body).filter((link) => !link.startsWith('data:'));
  const types = await Promise.all(
    links.map(async (link) => {
      const { pathname } = new URL(link, production.url + path);
      const { status, headers } = await production.request(pathname);
      expect([link, status]).toEqual([link, 200]);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      return headers.get('content-type');
    }),
  );
  const css = 'text/css; charset=utf-8';
  const js = 'text/javascript; charset=utf-8';
  expect(types).toEqual([css, css, js, js]);
});

test.each(['/docs', '/docs/'])('the page at %s finds the document beside it', async (path) => {
  const { body } = await production.request(path);
  const root = new URL(settingsOf(body).root, `https://gateway.example.com/behind/a-proxy${path}`);
  expect(new URL('openapi.json', root).pathname).toBe('/behind/a-proxy/openapi.json');
});

test('the page names no other host, has no inline script and may load neither', async () => {
  const { headers, body } = await production.request('/docs');
  for (const link of linksOf(body)) expect(link).toMatch(/^(data:|docs\/ui\/)/);
  expect(body.match(/<script(?! src=| type="application\/json")/)).toBeNull();
  const policy = headers.get('content-security-policy')?.split('; ');
  expect(policy).toEqual(
    expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]),
  );
  expect(headers.get('cache-control')).toBe('no-store');
});

/** What the page tells Swagger UI about credentials. */
const authorized: unknown[] = [];
const start = (resolve: (properties: unknown) => void) => (properties: unknown) => {
  resolve(properties);
  return { preauthorizeApiKey: (...credentials: unknown[]) => authorized.push(credentials) };
};

/** Runs docs.js with stand-ins for the browser and Swagger UI. @returns the properties that Swagger UI gets */
async function propertiesFrom({ url, request }: Gateway, ownToken = async () => '') {
  const { body: page } = await request('/docs');
  const path = linksOf(page).find((link) => link.endsWith('/docs.js'));
  const { body: script } = await request(`/${path}`);
  const { body: spec } = await request('/openapi.json');
  // biome-ignore lint/suspicious/noExplicitAny: the test looks into properties of every form
  return new Promise<any>((resolve) => {
    runInNewContext(script, {
      SwaggerUIBundle: Object.assign(start(resolve), { presets: {} }),
      ownToken,
      document: {
        getElementById: () => ({ textContent: JSON.stringify(settingsOf(page)) }),
        documentElement: { classList: { toggle: () => true } },
      },
      fetch: async () => ({ ok: true, json: async () => structuredClone(spec) }),
      location: { href: `${url}/docs` },
      matchMedia: () => ({ addEventListener: () => {} }),
      URL,
    });
  });
}

interface Field {
  name: string;
  defaultValue: string;
  onInput(event: object): void;
}

/** Renders the part of Swagger UI that the page adds. @returns its fields by name */
function fieldsOf({
  plugins,
}: {
  plugins: [() => { wrapComponents: { authorizeBtn: (...args: unknown[]) => unknown } }];
}) {
  const fields: Record<string, Field> = {};
  const createElement = (type: unknown, properties: Field) => {
    if (type === 'input') fields[properties.name] = properties;
  };
  const render = plugins[0]().wrapComponents.authorizeBtn('button', { React: { createElement } });
  (render as (properties: object) => void)({});
  return fields;
}

test('no operation on the page asks for the tenant and the realm, and the published document still does', async () => {
  const { spec } = await propertiesFrom(production);
  const { body: published } = await production.request('/openapi.json');
  const parametersIn = ({
    paths,
  }: {
    paths: Record<string, Record<string, { parameters: { $ref?: string }[] }>>;
  }) =>
    Object.values(paths)
      .flatMap((path) => Object.values(path))
      .flatMap(({ parameters }) => parameters.map((parameter) => parameter.$ref ?? parameter));
  const isEntered = (parameter: unknown) => /\/(x-tenantid|realmname)$/.test(String(parameter));
  expect(parametersIn(published).filter(isEntered).length).toBeGreaterThan(50);
  expect(parametersIn(spec)).toEqual(parametersIn(published).filter((parameter) => !isEntered(parameter)));
});

test('the page asks for both once, and every request carries what was entered', async () => {
  const properties = await propertiesFrom(production);
  const sent = () => properties.requestInterceptor({ headers: { accept: '*/*' } }).headers;
  const fields = fieldsOf(properties);
  expect(Object.entries(fields).map(([name, { defaultValue }]) => [name, defaultValue])).toEqual([
    ['x-tenantid', ''],
    ['realmname', ''],
  ]);
  expect(sent()).toEqual({ accept: '*/*' });
  fields['x-tenantid']?.onInput({ target: { value: ' a-tenant ' } });
  expect(sent()).toEqual({ accept: '*/*', 'x-tenantid': 'a-tenant' });
  fields.realmname?.onInput({ target: { value: 'acme' } });
  expect(sent()).toEqual({ accept: '*/*', 'x-tenantid': 'a-tenant', realmname: 'acme' });
  fields['x-tenantid']?.onInput({ target: { value: ' ' } });
  expect(sent()).toEqual({ accept: '*/*', realmname: 'acme' });
});

test.each(['Bearer abc', 'Bearer Bearer abc', 'Bearer bearer  abc', 'Bearer  abc\n'])(
  'a token is sent with one "Bearer", even if it was pasted with another: %j',
  async (authorization) => {
    const { requestInterceptor } = await propertiesFrom(production);
    const { headers } = requestInterceptor({ headers: { Authorization: authorization } });
    expect(headers).toEqual({ Authorization: 'Bearer abc' });
  },
);

test('the dialog for the token says that the realm decides about roles', async () => {
  const { spec } = await propertiesFrom(production);
  const { description } = spec.components.securitySchemes.bearer;
  expect(description).toMatch(
    /realm .* which values .* roles `tenant_viewer`, `tenant_admin` or `super_admin`/,
  );
});

test('in development mode the tenant is entered', async () => {
  const properties = await propertiesFrom(development);
  const { tenant } = settingsOf((await development.request('/docs')).body);
  expect(fieldsOf(properties)['x-tenantid']?.defaultValue).toBe(tenant);
  expect(properties.requestInterceptor({ headers: {} }).headers).toEqual({ 'x-tenantid': tenant });
});

test('its script asks no validator of others', async () => {
  const { body } = await production.request('/docs');
  const script = linksOf(body).find((link) => link.endsWith('docs.js'));
  expect((await production.request(`/${script}`)).body).toContain('validatorUrl: null');
});

test('outside development mode the page holds no token', async () => {
  expect(settingsOf((await production.request('/docs')).body)).toEqual({ root: '.' });
});

test('in development mode Swagger UI gets the token of the page', async () => {
  const { onComplete } = await propertiesFrom(development, async () => 'a token');
  await onComplete();
  expect(authorized).toEqual([['bearer', 'a token']]);
});

test.each(['POST', 'OPTIONS'])('%s /docs is a 404', async (method) => {
  const { status, body } = await production.request('/docs', { method });
  expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
});
