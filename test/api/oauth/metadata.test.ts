import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';
import { assertionType, type KeyMachine, keyMachine, sign } from './assertions.js';
import { askToken, basic, decode, getToken, machine, post } from './machine.js';
import { trustingMachine, workloadToken } from './workloads.js';

const base = 'https://example.com/machines';
let gateway: Gateway;
let below: Gateway;
let one: KeyMachine;
beforeAll(async () => {
  gateway = await startGateway();
  // This operator names no issuers of workloads.
  below = await startGateway({ PUBLIC_URL: `${base}/`, WORKLOAD_ISSUERS_FILE: undefined });
  one = await keyMachine(gateway);
});
afterAll(async () => {
  await gateway.close();
  await below.close();
});

const documents = [
  '/oauth2/.well-known/openid-configuration',
  '/oauth2/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration/oauth2',
  '/.well-known/oauth-authorization-server/oauth2',
];

const methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
const algorithms = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The whole metadata document of an issuer. */
const said = (issuer: string, grants = ['client_credentials', exchange]) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  introspection_endpoint: `${issuer}/introspect`,
  revocation_endpoint: `${issuer}/revoke`,
  grant_types_supported: grants,
  response_types_supported: [],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256', 'EdDSA'],
  scopes_supported: ['oauth:introspect', 'oauth:introspect_all'],
  token_endpoint_auth_methods_supported: methods,
  token_endpoint_auth_signing_alg_values_supported: algorithms,
  introspection_endpoint_auth_methods_supported: methods,
  introspection_endpoint_auth_signing_alg_values_supported: algorithms,
  revocation_endpoint_auth_methods_supported: methods,
  revocation_endpoint_auth_signing_alg_values_supported: algorithms,
});

test.each(documents)('%s tells of the server, and may be kept for a while', async (path) => {
  const { status, headers, body } = await gateway.request(path);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  expect(body).toEqual(said('https://gateway.example.com/oauth2'));
});

test.each([...documents, '/oauth2/jwks'])('%s answers HEAD as GET, without the body', async (path) => {
  const [head, get] = [await gateway.request(path, { method: 'HEAD' }), await gateway.request(path)];
  expect(head.status).toBe(200);
  expect(head.body).toBe('');
  for (const name of ['content-type', 'cache-control'])
    expect(head.headers.get(name)).toBe(get.headers.get(name));
});

test.each(['POST', 'PUT', 'DELETE'])('a document does not answer %s', async (method) => {
  const { status, headers, body } = await gateway.request(documents[0] as string, { method });
  expect(status).toBe(405);
  expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  expect(body.error).toBe('invalid_request');
});

test.each<[string, Record<string, string>]>([
  ['Host', { host: 'evil.example.com' }],
  [
    'X-Forwarded-*',
    { 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'http', 'x-forwarded-prefix': '/evil' },
  ],
  ['Forwarded', { forwarded: 'host=evil.example.com;proto=http' }],
])('what a request says by %s changes nothing', async (_name, headers) => {
  for (const path of documents) {
    const { body } = await send(gateway.url + path, { method: 'GET', headers });
    expect(body).toEqual(said('https://gateway.example.com/oauth2'));
  }
  const { body } = await send(`${gateway.url}/oauth2/token`, {
    headers: {
      ...headers,
      authorization: basic(one),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  expect(decode(body.access_token).payload.iss).toBe('https://gateway.example.com/oauth2');
});

test('a page of any origin may read the documents and the keys', async () => {
  for (const path of [...documents, '/oauth2/jwks']) {
    const { headers } = await gateway.request(path, { headers: { origin: 'https://app.example.com' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  }
});

test.each([
  ...documents,
  '/.well-known/openid-configuration/machines/oauth2',
  '/.well-known/oauth-authorization-server/machines/oauth2',
])('below a path of a proxy, %s tells the URLs as users have them', async (path) => {
  expect((await below.request(path)).body).toEqual(said(`${base}/oauth2`, ['client_credentials']));
});

test('below a path of a proxy, tokens and their audience are of that URL', async () => {
  const { payload } = decode(await getToken(below, await machine(below)));
  expect(payload).toMatchObject({ iss: `${base}/oauth2`, aud: `${base}/api` });
});

/** Returns the path by which the gateway serves an endpoint of a document. */
const pathOf = (url: string) => new URL(url).pathname;
const issuer = 'https://gateway.example.com/oauth2';
const authMethods: Record<
  string,
  (one: KeyMachine) => Promise<[Record<string, string>, Record<string, string>]>
> = {
  client_secret_basic: async (client) => [{}, { authorization: basic(client) }],
  client_secret_post: async ({ clientId, clientSecret }) => [
    { client_id: clientId, client_secret: clientSecret },
    {},
  ],
  private_key_jwt: async (client) => [
    { client_assertion_type: assertionType, client_assertion: await sign(client) },
    {},
  ],
};
const endpoints = ['token', 'introspection', 'revocation'] as const;

test.each(endpoints)('the %s endpoint has the URL and takes the methods of the metadata', async (name) => {
  const metadata = said(issuer);
  for (const method of metadata[`${name}_endpoint_auth_methods_supported`]) {
    const [params, headers] = (await authMethods[method]?.(one)) ?? [{}, {}];
    const body = { grant_type: 'client_credentials', token: 'any', ...params };
    const path = pathOf(metadata[`${name}_endpoint`]).replace('/oauth2/', '');
    expect((await post(gateway, path, body, headers)).status).toBe(200);
  }
});

test.each(endpoints)('the %s endpoint takes no other method', async (name) => {
  const path = pathOf(said(issuer)[`${name}_endpoint`]).replace('/oauth2/', '');
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const assertion = [
    part({ alg: 'HS256' }),
    part({ iss: one.clientId, sub: one.clientId, aud: issuer, jti: 'one', exp: now + 60 }),
    'c2lnbmF0dXJl',
  ].join('.');
  const body = { grant_type: 'client_credentials', token: 'any' };
  const others: Record<string, string>[] = [
    { client_id: one.clientId },
    { client_assertion: assertion, client_assertion_type: assertionType },
    { client_id: one.clientId, client_assertion: assertion, client_assertion_type: assertionType },
  ];
  for (const params of others) {
    const answer = await post(gateway, path, { ...body, ...params });
    expect([400, 401]).toContain(answer.status);
    expect(['invalid_request', 'invalid_client']).toContain(answer.body.error);
  }
});

test('the endpoint accepts exactly the grant types of the metadata', async () => {
  const asked = [
    'client_credentials',
    'authorization_code',
    'implicit',
    'refresh_token',
    'password',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    exchange,
    'urn:openid:params:grant-type:ciba',
  ];
  const workload = await trustingMachine(gateway);
  const subjectToken = {
    client_id: workload.clientId,
    subject_token: await workloadToken(gateway.workloads, workload),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  };
  const works = [];
  for (const grant_type of asked) {
    const [params, headers] =
      grant_type === exchange ? [subjectToken, {}] : [{}, { authorization: basic(one) }];
    const { status, body } = await post(gateway, 'token', { grant_type, ...params }, headers);
    if (status === 200) works.push(grant_type);
    else expect(body.error).toBe('unsupported_grant_type');
  }
  expect(works).toEqual(said(issuer).grant_types_supported);
});

test('an account can request each scope of the metadata', async () => {
  const owner = await somebody(gateway, one.admin.tenant, 'super_admin');
  for (const scope of said(issuer).scopes_supported) {
    const asker = await machine(gateway, { permissions: ['api:read', scope] }, owner);
    const { status, body } = await askToken(gateway, asker, { scope });
    expect([status, body.scope]).toEqual([200, scope]);
  }
});

test('the keys are where they are said to be, each with its use, and without their private parts', async () => {
  const { status, headers, body } = await gateway.request(pathOf(said(issuer).jwks_uri));
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/jwk-set+json');
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  expect(body.keys.length).toBeGreaterThan(0);
  for (const key of body.keys) {
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: expect.any(String) });
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  }
});

test('the subject is public: the id of the account, whoever asks', async () => {
  const asker = await machine(gateway, { permissions: ['oauth:introspect'] }, one.admin);
  const token = await getToken(gateway, one);
  const { body } = await post(gateway, 'introspect', { token }, { authorization: basic(asker) });
  expect([decode(token).payload.sub, body.sub]).toEqual([one.id, one.id]);
});

test.each(['GET', 'HEAD', 'POST', 'PUT'])(
  'the authorization endpoint sends nobody anywhere: %s',
  async (method) => {
    const query = 'response_type=code&client_id=x&redirect_uri=https%3A%2F%2Fevil.example.com';
    const path = `${pathOf(said(issuer).authorization_endpoint)}?${query}`;
    const { status, headers, body } = await gateway.request(path, { method, redirect: 'manual' });
    expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([400, null, 'no-store']);
    if (method !== 'HEAD') expect(body.error).toBe('unsupported_response_type');
  },
);

/** Endpoints that other servers have, and other spellings of ours. */
const closed = [
  '/oauth2',
  '/oauth2/',
  ...['/auth', '/auth/uid', '/authorize/', '/authorization', '/request', '/par', '/reg', '/reg/sa_client_1'],
  ...['/register', '/me', '/userinfo', '/session/end', '/session/end/confirm', '/session/end/success'],
  ...['/device', '/device/auth', '/device/uid', '/backchannel', '/interaction/uid', '/interaction/uid/abort'],
  ...['/challenge', '/credential', '/.well-known/openid-credential-issuer', '/.well-known/webfinger'],
  ...['/token/introspection', '/token/revocation', '/token/', '/token/x', '/jwks/', '/certs', '/jwks.json'],
  ...[
    '/introspect/',
    '/revoke/',
    '/Token',
    '/%74oken',
    '/./token/..',
    '//token',
    '/constructor',
    '/__proto__',
  ],
].map((path) => (path.startsWith('/oauth2') ? path : `/oauth2${path}`));

test.each(closed)('%s is not there', async (path) => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers, body } = await send(gateway.url + path, {
      method,
      headers: { authorization: basic(one), 'content-type': 'application/x-www-form-urlencoded' },
      body: method === 'POST' ? 'grant_type=client_credentials' : undefined,
    });
    expect({ method, status }).toEqual({ method, status: 404 });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.error).toBe('invalid_request');
    expect(headers.has('set-cookie')).toBe(false);
  }
});
