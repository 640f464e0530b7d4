import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer } from '../../harness/issuer.js';
import { basic, decode, getToken, type Machine, machine, post } from './machine.js';
import { introspect } from './token-requests.js';

let gateway: Gateway;
let one: Machine;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  one = await machine(gateway, { permissions: ['oauth:introspect'] });
  token = await getToken(gateway, one);
});
afterAll(() => gateway.close());

const endpoints = ['introspect', 'revoke'];
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const revoked = async () => (await gateway.sql('select from revoked_token')).length;

/** Checks the form of an error (RFC 6749, section 5.2), which no cache may store. */
function expectError(
  { status, headers, body }: Answer,
  expected: { status: number; error: string; description?: unknown },
) {
  const { description = expect.any(String), ...rest } = expected;
  expect({ status, ...body }).toEqual({ ...rest, error_description: description });
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.has('www-authenticate')).toBe(status === 401);
  expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
}

const invalid = { status: 400, error: 'invalid_request' };

test.each(endpoints)('%s: without a token it is an invalid request', async (endpoint) => {
  const answer = await post(gateway, endpoint, {}, { authorization: basic(one) });
  expectError(answer, { ...invalid, description: expect.stringContaining('token') });
});

test.each(endpoints)('%s: an empty token is none', async (endpoint) => {
  expectError(await post(gateway, endpoint, { token: '' }, { authorization: basic(one) }), invalid);
});

test.each(
  endpoints.flatMap((endpoint) => ['token', 'token_type_hint', 'client_id'].map((name) => [endpoint, name])),
)('%s: %s twice is refused', async (endpoint = '', name = '') => {
  const values: Record<string, string> = { token, token_type_hint: 'access_token', client_id: one.clientId };
  const params: [string, string][] = [...Object.entries(values), [name, values[name] as string]];
  const answer = await post(gateway, endpoint, params, { authorization: basic(one) });
  expectError(answer, { ...invalid, description: expect.stringContaining(name) });
  expect(await revoked()).toBe(0);
});

const raw = (endpoint: string, body: string | undefined, headers: Record<string, string>) =>
  gateway.request(`/oauth2/${endpoint}`, {
    method: 'POST',
    headers: { authorization: basic(one), ...headers },
    body,
  });

test.each(endpoints)('%s: a JSON body is refused, with the right type', async (endpoint) => {
  const description = expect.stringContaining('send content-type: application/x-www-form-urlencoded');
  expectError(await raw(endpoint, JSON.stringify({ token }), { 'content-type': 'application/json' }), {
    ...invalid,
    description,
  });
});

test.each(endpoints)('%s: no body is a request without a token', async (endpoint) => {
  expectError(await raw(endpoint, undefined, form), invalid);
});

test.each(endpoints)('%s: a body of 1 MB is refused as too large', async (endpoint) => {
  const answer = await raw(endpoint, `token=${'x'.repeat(1_000_000)}`, form);
  expectError(answer, { status: 413, error: 'invalid_request' });
});

test.each(endpoints)('%s: a token in the query is none', async (endpoint) => {
  const answer = await raw(`${endpoint}?token=${encodeURIComponent('eyJhbGciOi')}`, '', form);
  expectError(answer, invalid);
});

test.each(endpoints.flatMap((endpoint) => ['GET', 'PUT', 'DELETE'].map((method) => [endpoint, method])))(
  '%s: %s is not allowed',
  async (endpoint, method) => {
    const answer = await gateway.request(`/oauth2/${endpoint}`, { method });
    expectError(answer, { status: 405, error: 'invalid_request' });
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
  },
);

test.each(endpoints)('%s: who tells no client is an invalid one', async (endpoint) => {
  expectError(await post(gateway, endpoint, { token }), { status: 401, error: 'invalid_client' });
});

test.each(endpoints)('%s: the token itself is no client authentication', async (endpoint) => {
  const answer = await post(gateway, endpoint, { token }, { authorization: `Bearer ${token}` });
  expectError(answer, { status: 401, error: 'invalid_client' });
  expect(await revoked()).toBe(0);
});

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const parts = () => token.split('.') as [string, string, string];
const now = () => Math.floor(Date.now() / 1000);

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The 64 bytes of a signature leave four bits of the last character unused (RFC 4648, section 3.5). */
const otherBits = (last: string) => alphabet.charAt(alphabet.indexOf(last) ^ 1);

/** Texts that are not valid tokens of the gateway, although some of them look like one. */
const foreign: [string, () => string | Promise<string>][] = [
  ['no JWT', () => 'hunter2'],
  ['an opaque token', () => 'a'.repeat(43)],
  ['a client secret', () => one.clientSecret],
  ['15 kB of nothing', () => 'x'.repeat(15_000)],
  ['characters of every kind', () => '\u0000💥 "\\%00\n'],
  ['a header alone', () => `${parts()[0]}..`],
  ['a JWE', () => `${encode({ alg: 'dir', enc: 'A256GCM' })}.a.b.c.d`],
  [
    'another payload',
    () => `${parts()[0]}.${encode({ ...decode(token).payload, scope: 'all' })}.${parts()[2]}`,
  ],
  ['a signature cut short', () => token.slice(0, -4)],
  ['a token with a line break at its end', () => `${token}\n`],
  ['a token with a space in front', () => ` ${token}`],
  ['a token with padding', () => `${token}==`],
  ['a token with a period at its end', () => `${token}.`],
  ['a token with other unused bits in its last character', () => token.replace(/.$/, otherBits)],
  ['the algorithm none', () => new UnsecuredJWT(decode(token).payload).encode()],
  [
    'the algorithm none, under a key of ours',
    () => `${encode({ ...decode(token).header, alg: 'none' })}.${parts()[1]}.`,
  ],
  [
    'HMAC under a public key',
    async () => {
      const { keys } = (await gateway.request('/oauth2/jwks')).body;
      return new SignJWT(decode(token).payload)
        .setProtectedHeader({ ...decode(token).header, alg: 'HS256' })
        .sign(new TextEncoder().encode(JSON.stringify(keys[0])));
    },
  ],
  [
    'a key of another issuer under an ID of the gateway',
    () =>
      new SignJWT(decode(token).payload)
        .setProtectedHeader(decode(token).header)
        .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  ],
  [
    'a key that the token brings along',
    () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return new SignJWT(decode(token).payload)
        .setProtectedHeader({ ...decode(token).header, jwk: publicKey.export({ format: 'jwk' }) })
        .sign(privateKey);
    },
  ],
  [
    'EdDSA under an id of an ES256 key',
    () =>
      new SignJWT(decode(token).payload)
        .setProtectedHeader({ ...decode(token).header, alg: 'EdDSA' })
        .sign(generateKeyPairSync('ed25519').privateKey),
  ],
  [
    'an unknown key id',
    async () => (await createIssuer('stranger')).sign(decode(token).payload, { kid: 'unknown' }),
  ],
  [
    'an unknown critical header',
    () => `${encode({ ...decode(token).header, crit: ['x'], x: 1 })}.${parts()[1]}.${parts()[2]}`,
  ],
  [
    "an admin's token",
    async () => (await gateway.as('tenant_admin', one.admin.tenant)).authorization?.split(' ')[1] as string,
  ],
  [
    "an admin's token with our claims",
    () => gateway.issuer.sign({ ...decode(token).payload, exp: now() + 600 }),
  ],
];

test.each(foreign)('introspect: %s is inactive', async (_what, make) => {
  const { status, headers, body } = await introspect(gateway, one, await make());
  expect(status).toBe(200);
  expect(body).toEqual({ active: false });
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each(foreign)('revoke: %s is done, and stored nowhere', async (_what, make) => {
  const answer = await post(gateway, 'revoke', { token: await make() }, { authorization: basic(one) });
  expect(answer.status).toBe(200);
  expect(answer.body).toBe('');
  expect(await revoked()).toBe(0);
});
