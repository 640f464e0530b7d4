import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { until } from '../../harness/until.js';
import {
  addKey,
  algorithms,
  createKeyPair,
  issuer,
  type KeyMachine,
  keyMachine,
  present,
  removeKey,
  seconds,
  sign,
} from './assertions.js';
import { askToken, basic, decode, machine, post } from './machine.js';

let gateway: Gateway;
let one: KeyMachine;
beforeAll(async () => {
  gateway = await startGateway();
  one = await keyMachine(gateway, 'ES256', { permissions: ['api:read', 'oauth:introspect'] });
});
afterAll(() => gateway.close());

test.each(algorithms)('an assertion signed by %s authenticates its client', async (algorithm) => {
  const client = await keyMachine(gateway, algorithm);
  const { status, body } = await present(gateway, await sign(client));
  expect([status, body.token_type]).toEqual([200, 'Bearer']);
  expect(decode(body.access_token).payload).toMatchObject({
    sub: client.id,
    client_id: client.clientId,
    credential_id: client.keyId,
    scope: 'api:read api:write',
  });
});

test.each([
  ['the issuer', issuer],
  ['the token endpoint', `${issuer}/token`],
  ['the introspection endpoint', `${issuer}/introspect`],
  ['the revocation endpoint', `${issuer}/revoke`],
  ['a list of one', [issuer]],
  ['the issuer and the token endpoint', [issuer, `${issuer}/token`]],
  ['the issuer twice', [issuer, issuer]],
])('the audience may be %s', async (_what, aud) => {
  expect((await present(gateway, await sign(one, { aud }))).status).toBe(200);
});

test.each([
  ['without a kid', {}, { kid: undefined }],
  ['with the type of RFC 7523bis', {}, { typ: 'client-authentication+jwt' }],
  ['with the type JWT', {}, { typ: 'JWT' }],
  ['without iat', { iat: undefined }, {}],
  ['with other claims', { scope: 'x', nonce: 'y' }, {}],
  ['of a clock that is 20 seconds fast', { iat: seconds() + 20, exp: seconds() + 80 }, {}],
  ['of a clock that is 20 seconds slow', { iat: seconds() - 80, exp: seconds() - 20 }, {}],
  ['for five minutes', { iat: seconds(), exp: seconds() + 300 }, {}],
  ['with a jti of 255 characters of any kind', { jti: '\u0000💥'.repeat(85) }, {}],
])('an assertion %s is accepted', async (_what, claims, header) => {
  expect((await present(gateway, await sign(one, claims, header))).status).toBe(200);
});

test('the client ID may be in the form as well', async () => {
  const { status } = await present(gateway, await sign(one), { client_id: one.clientId });
  expect(status).toBe(200);
});

test('a key is found by the kid of its JWK, and by its thumbprint', async () => {
  const pair = createKeyPair();
  const { kid } = await addKey(one, pair.publicKey, { jwk: { kid: 'build-2026' } });
  expect(kid).toBe('build-2026');
  const own = { ...one, ...pair, kid };
  expect((await present(gateway, await sign(own))).status).toBe(200);
  const [row] = await gateway.sql(`select thumbprint from service_account_key where kid = $1`, [kid]);
  expect((await present(gateway, await sign({ ...own, kid: row?.thumbprint as string }))).status).toBe(200);
});

test('an account uses its secrets and its keys side by side', async () => {
  const other = await keyMachine(gateway);
  const pair = createKeyPair('RS256');
  const { kid } = await addKey(other, pair.publicKey);
  const second = { ...other, ...pair, kid, algorithm: 'RS256' as const };
  const answers = [
    await askToken(gateway, other),
    await present(gateway, await sign(other)),
    await present(gateway, await sign(second)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await removeKey(other, other.keyId);
  expect((await askToken(gateway, other)).status).toBe(200);
  expect((await present(gateway, await sign(second))).status).toBe(200);
});

test.each(['introspect', 'revoke'])('a key authenticates at /oauth2/%s, too', async (endpoint) => {
  const { access_token: token } = (await present(gateway, await sign(one))).body;
  const { status, body } = await present(gateway, await sign(one), { token }, endpoint);
  expect([status, body.active]).toEqual([200, endpoint === 'introspect' ? true : undefined]);
});

test('an assertion is used up by each endpoint', async () => {
  const assertion = await sign(one);
  expect((await present(gateway, assertion, { token: 'x' }, 'introspect')).status).toBe(200);
  expect((await present(gateway, assertion)).status).toBe(401);
});

test('a token tells which key it was obtained with, and is inactive when that key is removed', async () => {
  const client = await keyMachine(gateway, 'EdDSA', {}, one.admin);
  const { access_token: token } = (await present(gateway, await sign(client))).body;
  const introspect = async () => (await present(gateway, await sign(one), { token }, 'introspect')).body;
  expect(await introspect()).toMatchObject({ active: true, credential_id: client.keyId });
  await removeKey(client, client.keyId);
  expect(await introspect()).toEqual({ active: false });
});

test('the token of a key survives the removal of another key and the revocation of a secret', async () => {
  const client = await keyMachine(gateway, 'ES256', {}, one.admin);
  const { id } = await addKey(client, createKeyPair().publicKey);
  const { access_token: token } = (await present(gateway, await sign(client))).body;
  await removeKey(client, id);
  await client.admin.rest('POST', `/${client.id}/revoke-all-secrets`);
  const { body } = await present(gateway, await sign(one), { token }, 'introspect');
  expect(body.active).toBe(true);
});

test('two accounts may use the same jti', async () => {
  const other = await keyMachine(gateway);
  const jti = randomUUID();
  expect((await present(gateway, await sign(one, { jti }))).status).toBe(200);
  expect((await present(gateway, await sign(other, { jti }))).status).toBe(200);
});

test('a key has a last use, and so has its account', async () => {
  const client = await keyMachine(gateway);
  await present(gateway, await sign(client));
  const used = await until(
    () =>
      gateway.sql(
        `select key.last_used_at, account.last_used_at as account_used_at
         from service_account_key key join service_account account on account.id = key.service_account_id
         where 'key-' || key.id = $1 and key.last_used_at is not null`,
        [client.keyId],
      ),
    ({ length }) => length > 0,
  );
  expect(used).toEqual([{ last_used_at: expect.any(Date), account_used_at: expect.any(Date) }]);
});

test('a new key is accepted immediately by a gateway that knows the other keys of the client', async () => {
  const client = await keyMachine(gateway);
  expect((await present(gateway, await sign(client))).status).toBe(200);
  const pair = createKeyPair();
  const { kid } = await addKey(client, pair.publicKey);
  expect((await present(gateway, await sign({ ...client, ...pair, kid }))).status).toBe(200);
});

test('an account that was created without a secret gets tokens with its key', async () => {
  const { admin } = one;
  const { body } = await admin.rest('POST', '/create', { withoutSecret: true });
  const { id, clientId, clientSecret } = body.data;
  expect(clientSecret).toBeNull();
  const pair = createKeyPair();
  const { kid } = await addKey({ id, clientId, clientSecret, admin }, pair.publicKey);
  const { status } = await present(gateway, await sign({ clientId, ...pair, kid, algorithm: 'ES256' }));
  expect(status).toBe(200);
});

test('the metadata lists the method and its algorithms at each endpoint', async () => {
  const { body } = await gateway.request('/oauth2/.well-known/openid-configuration');
  for (const endpoint of ['token', 'introspection', 'revocation']) {
    expect(body[`${endpoint}_endpoint_auth_methods_supported`]).toContain('private_key_jwt');
    expect(body[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual([...algorithms]);
  }
});

test('used assertions are remembered as hashes, until they have expired', async () => {
  const jti = 'a-jti-that-is-easy-to-find';
  await present(gateway, await sign(one, { jti }));
  const rows = await gateway.sql(
    `select from used_assertion where strpos(jti_hash, 'easy') > 0 union all
     select from used_assertion where expires_at > now() + interval '6 minutes'`,
  );
  expect(rows).toEqual([]);
});

test('with an HTTP Basic header beside it, the assertion is rejected', async () => {
  const other = await machine(gateway);
  const { status, body } = await present(gateway, await sign(one), {}, 'token', {
    authorization: basic(other),
  });
  expect([status, body.error]).toEqual([400, 'invalid_request']);
});

test.each([
  [
    'client_assertion_type',
    'client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  ],
  ['client_assertion', 'the parameter client_assertion is required'],
])('without %s the error names it', async (name, description) => {
  const params: Record<string, string> = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await sign(one),
  };
  delete params[name];
  const { status, body } = await post(gateway, 'token', params);
  expect([status, body]).toEqual([401, { error: 'invalid_client', error_description: description }]);
});

/** Adds the public key of a machine again. */
async function addAgain(client: KeyMachine) {
  const { kid } = await addKey(client, client.publicKey);
  return (await present(gateway, await sign({ ...client, kid }))).status;
}

test('a key that was removed and added again is accepted by a gateway that remembers it', async () => {
  const client = await keyMachine(gateway);
  expect((await present(gateway, await sign(client))).status).toBe(200);
  await removeKey(client, client.keyId);
  expect(await addAgain(client)).toBe(200);
});

test('a key that has expired and was added again is accepted by a gateway that remembers it', async () => {
  const client = await keyMachine(gateway);
  expect((await present(gateway, await sign(client))).status).toBe(200);
  await gateway.sql(`update service_account_key set expires_at = now() where 'key-' || id = $1`, [
    client.keyId,
  ]);
  expect((await present(gateway, await sign(client))).status).toBe(401);
  await removeKey(client, client.keyId);
  expect(await addAgain(client)).toBe(200);
});

test('a key is accepted beside any number of newer keys that have expired', async () => {
  const client = await keyMachine(gateway);
  await gateway.sql(
    `insert into service_account_key (
       id, service_account_id, kid, thumbprint, algorithms, public_key, created_at, expires_at)
     select gen_random_uuid(), service_account_id, 'k' || number, 't' || number, algorithms, public_key,
       created_at + interval '1 second', now() - interval '1 second'
     from service_account_key, generate_series(1, 200) as number where 'key-' || id = $1`,
    [client.keyId],
  );
  expect((await present(gateway, await sign(client))).status).toBe(200);
});
