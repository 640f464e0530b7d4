import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { untilAvailable } from '../../harness/until-available.js';
import { askToken, decode, getToken, type Machine, machine, post } from './machine.js';

let gateway: Gateway;
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  one = await machine(gateway);
});
afterAll(() => gateway.close());

const issuer = 'https://gateway.example.com/oauth2';

test('a service account gets a token with its secret in the header', async () => {
  const { status, headers, body } = await askToken(gateway, one);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
  expect(body).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 600,
    scope: 'api:read api:write',
  });
});

test('it gets one with its secret in the body, too', async () => {
  const { status, body } = await post(gateway, 'token', {
    grant_type: 'client_credentials',
    client_id: one.clientId,
    client_secret: one.clientSecret,
  });
  expect(status).toBe(200);
  expect(decode(body.access_token).payload.client_id).toBe(one.clientId);
});

test('the token is a JWT of RFC 9068 that names account, tenant and secret', async () => {
  const { header, payload } = decode(await getToken(gateway, one));
  const [secret] = (await one.admin.rest('GET', `/${one.id}/secret`)).body.data;
  expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
  expect(payload).toEqual({
    iss: issuer,
    sub: one.id,
    client_id: one.clientId,
    aud: 'https://gateway.example.com/api',
    scope: 'api:read api:write',
    tenant_id: one.admin.tenant,
    credential_id: secret.id,
    gen: 0,
    jti: expect.stringMatching(/^[\w-]{20,}$/),
    iat: expect.any(Number),
    exp: payload.iat + 600,
  });
  expect(Math.abs(payload.iat - Date.now() / 1000)).toBeLessThan(10);
});

test('the published keys verify it', async () => {
  const { body } = await gateway.request('/oauth2/jwks');
  const keys = createLocalJWKSet(body);
  await expect(jwtVerify(await getToken(gateway, one), keys, { issuer })).resolves.toBeTruthy();
});

test('no two tokens have one id', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => getToken(gateway, one)));
  expect(new Set(tokens.map((token) => decode(token).payload.jti)).size).toBe(20);
});

test.each([
  ['one permission', 'api:read', 'api:read'],
  ['both, in another order', 'api:write api:read', 'api:write api:read'],
  ['one twice', 'api:read api:read', 'api:read'],
])('asked for %s, the token has that and nothing else', async (_what, scope, granted) => {
  const { body } = await askToken(gateway, one, { scope });
  expect(body.scope).toBe(granted);
  expect(decode(body.access_token).payload.scope).toBe(granted);
});

test.each([
  ['an unknown permission', 'api:fly'],
  ['a permission that the account does not have', 'oauth:introspect'],
  ['one among others', 'api:read oauth:introspect'],
  ['what OpenID Connect knows', 'openid'],
])('%s is an invalid scope, and there is no token', async (_what, scope) => {
  const { status, body } = await askToken(gateway, one, { scope });
  expect(status).toBe(400);
  expect(body).toMatchObject({
    error: 'invalid_scope',
    error_description: expect.stringMatching(/^the service account does not have these permissions: /),
  });
  expect(body.access_token).toBeUndefined();
});

test('an account without permissions gets a token without a scope', async () => {
  const none = await machine(gateway, { permissions: [] });
  const { status, body } = await askToken(gateway, none);
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('scope');
  expect(decode(body.access_token).payload).not.toHaveProperty('scope');
});

test('what an account is granted counts from the next token', async () => {
  const other = await machine(gateway);
  await other.admin.rest('PUT', `/${other.id}/permissions`, { permissions: ['api:read'] });
  expect((await askToken(gateway, other)).body.scope).toBe('api:read');
  expect((await askToken(gateway, other, { scope: 'api:write' })).body.error).toBe('invalid_scope');
});

test('the audience may be named as the resource, and no other', async () => {
  const resource = 'https://gateway.example.com/api';
  expect((await askToken(gateway, one, { resource })).status).toBe(200);
  const refused = await askToken(gateway, one, { resource: 'https://other.example.com/' });
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
});

test('every valid secret of an account gets tokens, each with its own credential', async () => {
  const other = await machine(gateway);
  const { body } = await other.admin.rest('POST', `/${other.id}/rotate-secret`, {});
  const tokens = await Promise.all([
    getToken(gateway, other),
    getToken(gateway, { ...other, clientSecret: body.data.clientSecret }),
  ]);
  const credentials = tokens.map((token) => decode(token).payload.credential_id);
  expect(credentials[1]).toBe(body.data.secret.id);
  expect(new Set(credentials).size).toBe(2);
});

test('a token ends with its account at the latest', async () => {
  const expiresAt = new Date(Date.now() + 120_000);
  const { body } = await askToken(gateway, await machine(gateway, { expiresAt: expiresAt.toISOString() }));
  expect(body.expires_in).toBeLessThanOrEqual(120);
  expect(body.expires_in).toBeGreaterThan(90);
  expect(decode(body.access_token).payload.exp).toBeLessThanOrEqual(expiresAt.getTime() / 1000);
});

test('200 requests at the same time, repeated after a 503, get 200 tokens, each for its own account', async () => {
  const admin = await somebody(gateway);
  const machines = await Promise.all(Array.from({ length: 20 }, () => machine(gateway, {}, admin)));
  const asked = Array.from({ length: 200 }, (_, index) => machines[index % 20] as Machine);
  const answers = await Promise.all(asked.map((who) => untilAvailable(() => askToken(gateway, who))));
  expect(answers.map(({ body }) => decode(body.access_token).payload.sub)).toEqual(asked.map(({ id }) => id));
});

test('audience, lifetime and algorithm are configured', async () => {
  const other = await startGateway({
    TOKEN_AUDIENCE: 'urn:example:api',
    TOKEN_LIFETIME: '90',
    TOKEN_ALGORITHM: 'EdDSA',
  });
  try {
    const { body } = await askToken(other, await machine(other));
    const { header, payload } = decode(body.access_token);
    expect(header.alg).toBe('EdDSA');
    expect(payload).toMatchObject({ aud: 'urn:example:api', exp: payload.iat + 90 });
    const keys = createLocalJWKSet((await other.request('/oauth2/jwks')).body);
    await expect(jwtVerify(body.access_token, keys, { issuer })).resolves.toBeTruthy();
  } finally {
    await other.close();
  }
});
