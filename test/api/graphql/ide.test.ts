import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Request } from 'express';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { renderPage } from '../../../src/platform/http/pages/page.js';
import { isFromThisMachine } from '../../../src/platform/http/pages/this-machine.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const tenantId = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

let production: Gateway;
let development: Gateway;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-ide-'));
  [production, development] = await Promise.all([
    startGateway({ GRAPHQL_IDE: 'on' }),
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

/** Runs ide.js with stand-ins for the browser and the libraries. @returns the properties that GraphiQL gets */
async function propertiesFrom(page: string, ownToken?: () => Promise<string>, local: object = {}) {
  const path = linksOf(page).find((link) => link.endsWith('/ide.js'));
  const { body } = await production.request(`/${path}`);
  const GraphiQL = {
    createFetcher: () => (_params: unknown, options: { headers: object }) => options.headers,
    createLocalStorage: () => local,
  };
  return runInNewContext(body, {
    GraphiQL,
    React: { createElement: (type: unknown, properties: object) => type === GraphiQL && properties },
    ReactDOM: { createRoot: () => ({ render: (properties: object) => properties }) },
    document: {
      getElementById: () => ({ textContent: JSON.stringify(settingsOf(page)) }),
      dispatchEvent: () => true,
    },
    location: { pathname: '/graphql' },
    ownToken,
    Event,
  });
}

/** Exchanges a new code for a token, as the page does. */
async function exchangedToken(): Promise<string> {
  const { body } = await development.request('/development-token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: development.createCode() }),
  });
  return body.token;
}

test.each(['/graphql', '/graphql/', '/graphql?a=b'])('a browser gets the page at %s', async (path) => {
  const { status, headers, body } = await production.request(path, { headers: browser });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(body).toMatch(/^<!doctype html>\n<html lang="en">.*<title>GraphiQL .*<\/title>/s);
});

test.each(['/graphql', '/graphql/'])('all that the page at %s loads is there', async (path) => {
  const { body } = await production.request(path, { headers: browser });
  const links = linksOf(body).filter((link) => !link.startsWith('data:'));
  const types = await Promise.all(
    links.map(async (link) => {
      const { pathname } = new URL(link, production.url + path);
      const { status, headers } = await production.request(pathname);
      expect([link, status]).toEqual([link, 200]);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      return headers.get('content-type');
    }),
  );
  const css = 'text/css; charset=utf-8';
  const js = 'text/javascript; charset=utf-8';
  expect(types).toEqual([css, css, js, js, js, js, js]);
});

test('the page names no other host and has no inline script', async () => {
  const { body } = await production.request('/graphql', { headers: browser });
  for (const link of linksOf(body)) expect(link).toMatch(/^(data:|graphql\/ide\/)/);
  expect(body.match(/<script(?! src=| type="application\/json")/)).toBeNull();
});

test('the page is not stored, framed, sniffed or allowed to load anything foreign', async () => {
  const { headers } = await production.request('/graphql', { headers: browser });
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    vary: 'accept',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  expect(headers.get('content-security-policy')?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test.each(['*/*', 'application/json', 'application/graphql-response+json', 'application/json, text/html'])(
  'a client that accepts %s does not get the page',
  async (accept) => {
    const { headers } = await production.request('/graphql', { headers: { accept } });
    expect(headers.get('content-type')).toMatch(/json/);
  },
);

test('a query in the URL gets a response, to a browser too', async () => {
  const headers = { ...browser, 'apollo-require-preflight': 'yes' };
  const { status, body } = await production.request('/graphql?query={__typename}', { headers });
  expect([status, body]).toEqual([200, { data: { __typename: 'Query' } }]);
});

test('POST gets a response whatever it accepts', async () => {
  const { body } = await production.graphql({ accept: 'text/html, */*;q=0.1' }, '{ __typename }');
  expect(body).toEqual({ data: { __typename: 'Query' } });
});

test.each(['off', ''])('in production GRAPHQL_IDE=%s serves no page', async (GRAPHQL_IDE) => {
  const gateway = await startGateway({ GRAPHQL_IDE });
  const { status, headers } = await gateway.request('/graphql', { headers: browser });
  await gateway.close();
  expect([status, headers.get('content-type')]).toEqual([400, expect.stringMatching(/json/)]);
});

test('outside development mode the headers are to be filled in', async () => {
  const { body } = await production.request('/graphql', { headers: browser });
  expect(settingsOf(body).headers).toEqual({
    authorization: 'Bearer <token>',
    'x-tenantid': '',
    realmname: '',
  });
});

test.each([
  ['in development mode', async () => (await development.request('/graphql', { headers: browser })).body],
  ['elsewhere', async () => (await production.request('/graphql', { headers: browser })).body],
])('the comments in the operations fit on a phone and are true there: %s', async (_where, load) => {
  const { tabs } = settingsOf(await load());
  const lines: string[] = tabs.flatMap((text: string) => text.split('\n'));
  const comments = lines.filter((line) => /^ *#/.test(line));
  expect(comments.length).toBeGreaterThan(20);
  expect(comments.filter((line) => line.length > 32)).toEqual([]);
  // The panes are tabs there, and there is no Ctrl key.
  const text = comments.map((line) => line.replace(/^ *# ?/, '')).join(' ');
  expect(text).not.toMatch(/below|above|(?<!keyboard:? )Ctrl/);
});

test('in development mode every operation of the page works as it stands', async () => {
  const { body: page } = await development.request('/graphql', { headers: browser });
  const { tabs } = settingsOf(page);
  const { fetcher, defaultHeaders, defaultTabs } = await propertiesFrom(page, exchangedToken);
  const headers = JSON.parse(defaultHeaders);
  expect(headers).toEqual({
    authorization: expect.stringMatching(/^Bearer eyJ/),
    'x-tenantid': tenantId,
    realmname: '',
  });
  expect(defaultTabs).toEqual(tabs.map((query: string) => ({ query, headers: defaultHeaders })));
  const answers = [];
  for (const query of tabs)
    answers.push((await development.graphql(fetcher({ query }, { headers }), query)).body);
  expect(answers).toMatchObject([
    {
      data: {
        createServiceAccount: {
          serviceAccount: {
            status: 'ACTIVE',
            createdBy: { name: 'Ada Lovelace' },
            tenant: { id: tenantId, name: 'Acme Corporation' },
          },
          clientSecret: expect.stringMatching(/^sa_secret_/),
        },
      },
    },
    {
      data: {
        serviceAccounts: { totalCount: 1, nodes: [{ status: 'ACTIVE', secrets: [{ expiresAt: null }] }] },
      },
    },
    { data: { viewer: { tenantRoles: [{ roles: ['TENANT_ADMIN'] }] }, tenant: { serviceAccountCount: 1 } } },
  ]);
});

test('in development mode without a token, the headers have the tenant', async () => {
  const { body: page } = await development.request('/graphql', { headers: browser });
  const { defaultHeaders } = await propertiesFrom(page, async () => '');
  expect(JSON.parse(defaultHeaders)).toEqual({
    authorization: 'Bearer <token>',
    'x-tenantid': tenantId,
    realmname: '',
  });
});

test.each([
  [{}, {}],
  [undefined, {}],
  [
    { authorization: 'Bearer x', 'x-tenantid': '', realmname: ' ', other: null },
    { authorization: 'Bearer x' },
  ],
  [
    { 'x-tenantid': tenantId, realmname: 'acme', number: 0 },
    { 'x-tenantid': tenantId, realmname: 'acme', number: 0 },
  ],
])('of the headers %p, GraphiQL sends those with a value', async (headers, sent) => {
  const { body } = await production.request('/graphql', { headers: browser });
  const { fetcher } = await propertiesFrom(body);
  expect({ ...fetcher({ query: '{ __typename }' }, { headers }) }).toEqual(sent);
});

test('the documentation of GraphiQL begins with the headers and the first operations', async () => {
  const { body: page } = await production.request('/graphql', { headers: browser });
  expect(await propertiesFrom(page)).toMatchObject({ schemaDescription: true });
  const { body } = await production.graphql({}, '{ __schema { description } }');
  const { description } = body.data.__schema;
  const names = [...description.matchAll(/^- (?:The \w+ )?`(\w[\w-]*)`/gm)].map(([, name]) => name);
  expect(names).toEqual([
    'authorization',
    'x-tenantid',
    'realmname',
    'createServiceAccount',
    'serviceAccounts',
    'rotateServiceAccountSecret',
    'viewer',
  ]);
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.168.0.7', false],
  ['::ffff:203.0.113.7', false],
  ['2001:db8::1', false],
  [undefined, false],
])('whether %s is this machine: %s', (remoteAddress, expected) => {
  const request = { headers: { host: 'localhost:4000' }, socket: { remoteAddress } } as Request;
  expect(isFromThisMachine(request)).toBe(expected);
});

test('nothing in the settings can end their script element', () => {
  const tabs = ['</script><script>alert(1)</script>'];
  const page = renderPage({
    title: '',
    name: '',
    assets: 'ide',
    styles: [],
    scripts: [],
    settings: { tabs },
  });
  expect(page).not.toMatch('<script>');
  expect(settingsOf(page)).toEqual({ tabs });
});

test.each([generateSecret(), 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl'])(
  'the browser stores no credential that a variable contains: %s',
  async (credential) => {
    const stored: Record<string, string> = {};
    const { body } = await production.request('/graphql', { headers: browser });
    const { storage } = await propertiesFrom(body, undefined, {
      setItem: (key: string, value: string) => {
        stored[key] = value;
      },
    });
    const variables = JSON.stringify({ input: { value: credential } });
    storage.setItem('graphiql:tabState', JSON.stringify({ tabs: [{ variables }] }));
    storage.setItem('graphiql:queries', JSON.stringify({ queries: [{ variables, headers: 'x' }] }));
    expect(stored).toEqual({
      'graphiql:tabState': JSON.stringify({
        tabs: [{ variables: variables.replace(credential, '[redacted]') }],
      }),
      'graphiql:queries': JSON.stringify({
        queries: [{ variables: variables.replace(credential, '[redacted]'), headers: null }],
      }),
    });
  },
);
