import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';

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

test('its script asks no validator of others', async () => {
  const { body } = await production.request('/docs');
  const script = linksOf(body).find((link) => link.endsWith('docs.js'));
  expect((await production.request(`/${script}`)).body).toContain('validatorUrl: null');
});

test('outside development mode the page holds no token', async () => {
  expect(settingsOf((await production.request('/docs')).body)).toEqual({ root: '.' });
});

test('in development mode the page holds a token and a tenant that work', async () => {
  const { token, tenant } = settingsOf((await development.request('/docs')).body);
  const { status } = await development.create({ authorization: `Bearer ${token}`, 'x-tenantid': tenant });
  expect(status).toBe(200);
});

test('no token leaves this machine', async () => {
  const { body } = await send(`${development.url}/docs`, {
    method: 'GET',
    headers: { host: 'evil.example' },
  });
  expect(settingsOf(body)).toEqual({ root: '.' });
});

test.each(['POST', 'OPTIONS'])('%s /docs is a 404', async (method) => {
  const { status, body } = await production.request('/docs', { method });
  expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
});
