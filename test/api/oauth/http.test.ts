import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { basic, type Machine, machine } from './machine.js';

const origin = 'https://admin.example.com';
let gateway: Gateway;
let open: Gateway;
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  open = await startGateway({ CORS_ORIGINS: origin });
  one = await machine(gateway);
});
afterAll(async () => {
  await open.close();
  await gateway.close();
});

const forms = ['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'];
const documents = [
  '/oauth2/jwks',
  '/oauth2/.well-known/openid-configuration',
  '/oauth2/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration/oauth2',
  '/.well-known/oauth-authorization-server/oauth2',
];

const preflight = (at: Gateway, path: string, method: string, from = origin) =>
  at.request(path, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': method,
      'access-control-request-headers': 'mcp-protocol-version',
    },
  });

test.each(documents)('a page of any origin may ask first whether it may read %s', async (path) => {
  const { status, headers } = await preflight(gateway, path, 'GET');
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD');
  expect(headers.get('access-control-allow-headers')).toBe('mcp-protocol-version');
  expect(headers.get('access-control-max-age')).toBe('7200');
});

test.each(forms)('a page of an allowed origin may ask first whether it may use %s', async (path) => {
  const { status, headers } = await preflight(open, path, 'POST');
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-origin')).toBe(origin);
  expect(headers.get('access-control-allow-methods')).toBe('POST');
  expect(headers.get('access-control-max-age')).toBe('7200');
});

test.each(forms)('a page of another origin gets no permission for %s', async (path) => {
  const { headers } = await preflight(open, path, 'POST', 'https://evil.example.com');
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

test.each(forms)('without CORS_ORIGINS no page gets permission for %s', async (path) => {
  const { headers } = await preflight(gateway, path, 'POST');
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

test.each([
  ...forms.map((path) => [path, 'POST, OPTIONS']),
  ...documents.map((path) => [path, 'GET, HEAD, OPTIONS']),
])('OPTIONS of %s lists the methods: %s', async (path = '', allow) => {
  const { status, headers, body } = await gateway.request(path, { method: 'OPTIONS' });
  expect([status, headers.get('allow'), body]).toEqual([204, allow, '']);
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each(documents)('a client that has %s gets 304 until it changes', async (path) => {
  const first = await gateway.request(path);
  const etag = first.headers.get('etag') as string;
  // fetch adds cache-control: no-cache.
  const read = (tag: string) => gateway.request(path, { headers: { 'if-none-match': tag } });
  const again = await read(etag);
  expect([again.status, again.body]).toEqual([304, '']);
  expect(again.headers.get('etag')).toBe(etag);
  expect(again.headers.get('cache-control')).toBe('public, max-age=300');
  const other = await read('"other"');
  expect([other.status, other.body]).toEqual([200, first.body]);
});

test('the keys and the metadata have different entity tags', async () => {
  const [keys, metadata] = await Promise.all(documents.slice(0, 2).map((path) => gateway.request(path)));
  expect(keys?.headers.get('etag')).not.toBe(metadata?.headers.get('etag'));
});

const sendCoded = (encoding: string) =>
  gateway.request('/oauth2/token', {
    method: 'POST',
    headers: {
      authorization: basic(one),
      'content-type': 'application/x-www-form-urlencoded',
      'content-encoding': encoding,
    },
    body: 'grant_type=client_credentials',
  });

test.each(['identity', 'Identity', 'IDENTITY'])(
  'a body with the content-encoding %s is read',
  async (encoding) => {
    expect((await sendCoded(encoding)).status).toBe(200);
  },
);

test.each(['gzip', 'identity, identity', 'deflate'])(
  'a body with the content-encoding %s is rejected, with the encoding that is accepted',
  async (encoding) => {
    const { status, headers, body } = await sendCoded(encoding);
    expect([status, body]).toEqual([
      415,
      { error: 'invalid_request', error_description: 'the request body must not have a content-encoding' },
    ]);
    expect(headers.get('accept-encoding')).toBe('identity');
  },
);
