import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CompactEncrypt, CompactSign, SignJWT, UnsecuredJWT } from 'jose';
import { Client } from 'pg';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { until } from '../../harness/until.js';
import { untilLocked } from '../../harness/until-locked.js';
import {
  addKey,
  algorithms,
  claimsOf,
  createKeyPair,
  issuer,
  type KeyMachine,
  keyMachine,
  present,
  removeKey,
  seconds,
  sign,
} from './assertions.js';
import { getToken, machine } from './machine.js';

const metricsToken = 'a-token-for-metrics';
let gateway: Gateway;
let one: KeyMachine;
let other: KeyMachine;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_WRONG_SECRETS: '0', METRICS_TOKEN: metricsToken });
  one = await keyMachine(gateway);
  other = await keyMachine(gateway);
});
afterAll(() => gateway.close());

const failed = 'client authentication failed';
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const publicPem = () => one.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const hmac = (key: string) =>
  new SignJWT(claimsOf(one)).setProtectedHeader({ alg: 'HS256', kid: one.kid }).sign(Buffer.from(key));
/** Replaces the signature of a valid assertion. */
const withSignature = async (bytes: Buffer) =>
  `${(await sign(one)).split('.').slice(0, 2).join('.')}.${bytes.toString('base64url')}`;
const lifetime = 'client_assertion: the assertion must expire at most 300 seconds after it was created';
const audience = `client_assertion: aud must be ${issuer}, and must name no other server`;
const client =
  'client_assertion: iss and sub must both be the client ID; with the token of a workload, send client_id, too';
const jtiRule = 'client_assertion: jti must be a text of 1 to 255 characters';
const alg = `client_assertion: alg must be one of ${algorithms.join(', ')}`;
const compact = 'client_assertion must be a signed JWT in the compact serialization';
const typ = 'client_assertion: typ must be JWT or client-authentication+jwt, or omitted';
const expired =
  'client_assertion: the assertion has expired; check the clock of the machine, and create an assertion for each request';
const isTime = (name: string) => `client_assertion: ${name} must be a number of seconds since 1970`;
const inFuture = (name: string) =>
  `client_assertion: ${name} is in the future; check the clock of the machine`;
const reference = (name: string) =>
  `client_assertion: ${name} must be omitted, because only registered keys verify assertions`;

/** Assertions that authenticate nobody: what is wrong, the reason in the audit log, the description, the assertion. */
const attacks: [string, string, string, () => string | Promise<string>][] = [
  [
    'for another server',
    'invalid_assertion',
    audience,
    () => sign(one, { aud: 'https://other.example.com' }),
  ],
  [
    'for our APIs',
    'invalid_assertion',
    audience,
    () => sign(one, { aud: 'https://gateway.example.com/api' }),
  ],
  [
    'for us and another server',
    'invalid_assertion',
    audience,
    () => sign(one, { aud: [issuer, 'https://x.example'] }),
  ],
  [
    'for another server and us',
    'invalid_assertion',
    audience,
    () => sign(one, { aud: ['https://x.example', issuer] }),
  ],
  ['for our keys', 'invalid_assertion', audience, () => sign(one, { aud: `${issuer}/jwks` })],
  ['for a list in a list', 'invalid_assertion', audience, () => sign(one, { aud: [[issuer]] })],
  ['for us with a slash', 'invalid_assertion', audience, () => sign(one, { aud: `${issuer}/` })],
  ['for nobody', 'invalid_assertion', audience, () => sign(one, { aud: undefined })],
  ['for an empty list', 'invalid_assertion', audience, () => sign(one, { aud: [] })],
  ["signed by another account's key", 'wrong_key', failed, () => sign({ ...other, clientId: one.clientId })],
  [
    "signed by another account's key, under our kid",
    'wrong_key',
    failed,
    () => sign({ ...other, clientId: one.clientId, kid: one.kid }),
  ],
  [
    "signed by another account's key, without a kid",
    'wrong_key',
    failed,
    () => sign({ ...other, clientId: one.clientId }, {}, { kid: undefined }),
  ],
  ['signed by an unknown key', 'wrong_key', failed, () => sign({ ...one, ...createKeyPair() })],
  ['with an unknown kid', 'wrong_key', failed, () => sign(one, {}, { kid: 'unknown' })],
  ['with SQL as its kid', 'wrong_key', failed, () => sign(one, {}, { kid: "' or true --" })],
  ['with a path as its kid', 'wrong_key', failed, () => sign(one, {}, { kid: '../../dev/null' })],
  [
    'with a kid that is an object',
    'invalid_assertion',
    'client_assertion: kid must be a text',
    () => sign(one, {}, { kid: {} }),
  ],
  [
    'with a list of algorithms',
    'invalid_assertion',
    alg,
    async () =>
      `${encode({ alg: ['ES256'], kid: one.kid })}.${(await sign(one)).split('.').slice(1).join('.')}`,
  ],
  ['signed with HMAC and the public key', 'invalid_assertion', alg, () => hmac(publicPem())],
  ['signed with HMAC and the secret', 'invalid_assertion', alg, () => hmac(one.clientSecret)],
  ['with the algorithm none', 'invalid_assertion', alg, () => new UnsecuredJWT(claimsOf(one)).encode()],
  [
    'with the algorithm none and a signature',
    'invalid_assertion',
    alg,
    async () => `${encode({ alg: 'none', kid: one.kid })}.${(await sign(one)).split('.').slice(1).join('.')}`,
  ],
  [
    'with another algorithm for the same key',
    'wrong_key',
    failed,
    async () =>
      `${encode({ alg: 'ES384', kid: one.kid })}.${(await sign(one)).split('.').slice(1).join('.')}`,
  ],
  [
    'with the algorithm as a property of objects',
    'invalid_assertion',
    alg,
    async () => `${encode({ alg: 'constructor' })}.${(await sign(one)).split('.').slice(1).join('.')}`,
  ],
  ['with a signature of zeros', 'wrong_key', failed, () => withSignature(Buffer.alloc(64))],
  ['with half a signature', 'wrong_key', failed, () => withSignature(Buffer.alloc(32, 1))],
  ['with an empty signature', 'wrong_key', failed, async () => (await sign(one)).replace(/[^.]+$/, '')],
  [
    'with other claims than were signed',
    'wrong_key',
    failed,
    async () => {
      const [header, , signature] = (await sign(one)).split('.');
      return `${header}.${encode(claimsOf(one))}.${signature}`;
    },
  ],
  [
    'that has expired',
    'assertion_expired',
    expired,
    () => sign(one, { iat: seconds() - 120, exp: seconds() - 60 }),
  ],
  ['for an hour', 'invalid_assertion', lifetime, () => sign(one, { exp: seconds() + 3600 })],
  [
    'for an hour, without iat',
    'invalid_assertion',
    lifetime,
    () => sign(one, { iat: undefined, exp: seconds() + 3600 }),
  ],
  ['created an hour ago', 'invalid_assertion', lifetime, () => sign(one, { iat: seconds() - 3600 })],
  [
    'created in the future',
    'invalid_assertion',
    inFuture('iat'),
    () => sign(one, { iat: seconds() + 60, exp: seconds() + 120 }),
  ],
  ['valid in the future', 'invalid_assertion', inFuture('nbf'), () => sign(one, { nbf: seconds() + 60 })],
  [
    'created after it expires',
    'invalid_assertion',
    'client_assertion: iat must not be later than exp',
    () => sign(one, { iat: seconds() + 20, exp: seconds() - 10 }),
  ],
  ['without exp', 'invalid_assertion', isTime('exp'), () => sign(one, { exp: undefined })],
  ['with exp as a text', 'invalid_assertion', isTime('exp'), () => sign(one, { exp: `${seconds() + 60}` })],
  ['with iat as a text', 'invalid_assertion', isTime('iat'), () => sign(one, { iat: 'now' })],
  ['without jti', 'invalid_assertion', jtiRule, () => sign(one, { jti: undefined })],
  ['with an empty jti', 'invalid_assertion', jtiRule, () => sign(one, { jti: '' })],
  ['with jti as a number', 'invalid_assertion', jtiRule, () => sign(one, { jti: 1 })],
  ['with a jti of 256 characters', 'invalid_assertion', jtiRule, () => sign(one, { jti: 'x'.repeat(256) })],
  ['without iss', 'invalid_assertion', client, () => sign(one, { iss: undefined })],
  ['of another issuer', 'invalid_assertion', client, () => sign(one, { iss: other.clientId })],
  ['without sub', 'invalid_assertion', client, () => sign(one, { sub: undefined })],
  ['with a sub that is a list', 'invalid_assertion', client, () => sign(one, { sub: [one.clientId] })],
  ['with a sub that is an object', 'invalid_assertion', client, () => sign(one, { iss: {}, sub: {} })],
  [
    'of a client ID with a zero byte',
    'wrong_key',
    failed,
    () => sign({ ...one, clientId: `${one.clientId}\u0000` }),
  ],
  [
    'of two client IDs',
    'wrong_key',
    failed,
    () => sign({ ...one, clientId: `${one.clientId},${other.clientId}` }),
  ],
  ['of the public ID of the account', 'wrong_key', failed, () => sign({ ...one, clientId: one.id })],
  ...['jku', 'x5u', 'jwk', 'x5c'].map((name): (typeof attacks)[number] => [
    `with the header ${name}`,
    'invalid_assertion',
    reference(name),
    () => {
      const pair = createKeyPair();
      const value = { jwk: pair.publicKey.export({ format: 'jwk' }), x5c: ['AAAA'] };
      const header = { [name]: value[name as 'jwk'] ?? 'https://evil.example.com/keys' };
      return sign({ ...one, ...pair }, {}, header);
    },
  ]),
  [
    'with a critical header',
    'invalid_assertion',
    'client_assertion: crit is not supported',
    async () => {
      const [, payload, signature] = (await sign(one)).split('.');
      return `${encode({ alg: 'ES256', kid: one.kid, crit: ['b64'], b64: true })}.${payload}.${signature}`;
    },
  ],
  ['of the type of access tokens', 'invalid_assertion', typ, () => sign(one, {}, { typ: 'at+jwt' })],
  ['with a type that is a number', 'invalid_assertion', typ, () => sign(one, {}, { typ: 1 })],
  [
    "that is a realm's token",
    'invalid_assertion',
    client,
    async () => (await gateway.as('tenant_admin', one.admin.tenant)).authorization?.split(' ')[1] as string,
  ],
  ['that is our own token', 'invalid_assertion', typ, () => getToken(gateway, one)],
  ['that is the secret', 'invalid_assertion', compact, () => one.clientSecret],
  [
    'that is an encrypted JWT',
    'invalid_assertion',
    compact,
    () =>
      new CompactEncrypt(Buffer.from(JSON.stringify(claimsOf(one))))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(Buffer.alloc(32)),
  ],
  [
    'whose claims are a list',
    'invalid_assertion',
    compact,
    () => new CompactSign(Buffer.from('[]')).setProtectedHeader({ alg: 'ES256' }).sign(one.privateKey),
  ],
  [
    'whose claims are not JSON',
    'invalid_assertion',
    compact,
    () => new CompactSign(Buffer.from('{')).setProtectedHeader({ alg: 'ES256' }).sign(one.privateKey),
  ],
  ['with a line break at its end', 'invalid_assertion', compact, async () => `${await sign(one)}\n`],
  ['with padding', 'invalid_assertion', compact, async () => `${await sign(one)}=`],
  ['with a fourth part', 'invalid_assertion', compact, async () => `${await sign(one)}.`],
];

/** Reads the newest reason in the audit log of an account, once there is one for this request. */
const reasonOf = async (requestId: string) => {
  const rows = await until(
    () => gateway.sql(`select after from audit_event where request_id = $1`, [requestId]),
    ({ length }) => length > 0,
  );
  return rows[0]?.after.reason;
};

/** Reads how often each reason was counted. */
async function counts(): Promise<Record<string, number>> {
  const { body } = await gateway.request('/metrics', {
    headers: { authorization: `Bearer ${metricsToken}` },
  });
  const lines = `${body}`.matchAll(/^gateway_tokens_refused_total\{reason="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, reason, count]) => [reason, Number(count)]));
}

test.each(attacks)('an assertion %s is rejected (%s): %s', async (_what, reason, description, make) => {
  const assertion = await make();
  const before = await counts();
  const { status, headers, body } = await present(gateway, assertion);
  expect([status, body]).toEqual([401, { error: 'invalid_client', error_description: description }]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('www-authenticate')).toContain('Basic');
  expect(await counts()).toEqual({ ...before, [reason]: (before[reason] ?? 0) + 1 });
});

test.each<[string, (account: KeyMachine) => Promise<string>]>([
  ['invalid_assertion', (account) => sign(account, { jti: '' })],
  ['assertion_expired', (account) => sign(account, { iat: seconds() - 120, exp: seconds() - 60 })],
  ['wrong_key', (account) => sign({ ...account, ...createKeyPair() })],
])('the audit log has the reason %s, and no part of the assertion', async (reason, make) => {
  const assertion = await make(await keyMachine(gateway));
  const requestId = randomUUID();
  await present(gateway, assertion, {}, 'token', { 'x-request-id': requestId });
  expect(await reasonOf(requestId)).toBe(reason);
  const rows = await gateway.sql('select row_to_json(audit_event) from audit_event');
  for (const part of assertion.split('.')) expect(JSON.stringify(rows)).not.toContain(part);
});

test('a sub that is a list does not keep another rejection from the audit log', async () => {
  const [first, second] = [await keyMachine(gateway), await keyMachine(gateway)];
  const holder = new Client({ connectionString: gateway.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table audit_event in exclusive mode');
  await present(gateway, await sign(first, { jti: '' }));
  await untilLocked(gateway);
  // These two wait for the statement of the first, and share the next one.
  const requestId = randomUUID();
  await present(gateway, await sign(one, { sub: [other.clientId] }));
  await present(gateway, await sign(second, { jti: '' }), {}, 'token', { 'x-request-id': requestId });
  await holder.query('rollback');
  await holder.end();
  expect(await reasonOf(requestId)).toBe('invalid_assertion');
});

test('an assertion authenticates only once', async () => {
  const assertion = await sign(one);
  expect((await present(gateway, assertion)).status).toBe(200);
  const requestId = randomUUID();
  const { status, body } = await present(gateway, assertion, {}, 'token', { 'x-request-id': requestId });
  expect([status, body.error_description]).toEqual([401, failed]);
  expect(await reasonOf(requestId)).toBe('assertion_replayed');
});

/** Returns how much of the limit of a client is left. */
const remaining = (answer: Answer) =>
  Number(/"client";r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);

test('a used assertion and a removed key do not use up the limit of their client', async () => {
  const limited = await startGateway({ RATE_LIMIT_CLIENT: '100' });
  try {
    const account = await keyMachine(limited);
    const second = await addSecondKey(account);
    const used = await sign(account);
    expect(remaining(await present(limited, used))).toBe(99);
    for (let n = 0; n < 3; n++) expect((await present(limited, used)).status).toBe(401);
    await removeKey(account, account.keyId);
    for (let n = 0; n < 3; n++) expect((await present(limited, await sign(account))).status).toBe(401);
    // The gateway notices the removal with the first of them, which counts.
    expect(remaining(await present(limited, await sign(second)))).toBe(97);
  } finally {
    await limited.close();
  }
});

async function addSecondKey(account: KeyMachine) {
  const pair = createKeyPair();
  const { kid } = await addKey(account, pair.publicKey);
  return { ...account, ...pair, kid };
}

test('of twenty requests with the same assertion at the same time, one succeeds', async () => {
  const assertion = await sign(one);
  const answers = await Promise.all(Array.from({ length: 20 }, () => present(gateway, assertion)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('another jti does not make a used signature valid, and the same jti not another assertion', async () => {
  const jti = randomUUID();
  expect((await present(gateway, await sign(one, { jti }))).status).toBe(200);
  expect((await present(gateway, await sign(one, { jti, exp: seconds() + 120 }))).status).toBe(401);
});

test('gateways on one database accept an assertion once together', async () => {
  const second = await startGateway(gateway.env);
  try {
    const assertion = await sign(one);
    expect((await present(gateway, assertion)).status).toBe(200);
    expect((await present(second, assertion)).status).toBe(401);
  } finally {
    await second.close();
  }
});

test('a removed key authenticates nobody, although the gateway remembers it', async () => {
  const account = await keyMachine(gateway);
  expect((await present(gateway, await sign(account))).status).toBe(200);
  await removeKey(account, account.keyId);
  const { status, body } = await present(gateway, await sign(account));
  expect([status, body.error_description]).toEqual([401, failed]);
});

test('an expired key authenticates nobody, and its account learns why', async () => {
  const account = await keyMachine(gateway);
  expect((await present(gateway, await sign(account))).status).toBe(200);
  await gateway.sql(`update service_account_key set expires_at = now() where 'key-' || id = $1`, [
    account.keyId,
  ]);
  const requestId = randomUUID();
  const { status } = await present(gateway, await sign(account), {}, 'token', { 'x-request-id': requestId });
  expect([status, await reasonOf(requestId)]).toEqual([401, 'key_expired']);
});

test('a key whose JWK names PS256 does not verify RS256', async () => {
  const account = await machine(gateway);
  const pair = createKeyPair('RS256');
  const { kid } = await addKey(account, pair.publicKey, { jwk: { alg: 'PS256' } });
  const signer = { ...account, ...pair, kid };
  expect((await present(gateway, await sign({ ...signer, algorithm: 'RS256' }))).status).toBe(401);
  expect((await present(gateway, await sign({ ...signer, algorithm: 'PS256' }))).status).toBe(200);
});

test.each(algorithms)('a signature of another length than those of %s is rejected', async (algorithm) => {
  const account = await keyMachine(gateway, algorithm);
  const [header, payload] = (await sign(account)).split('.');
  for (const length of [1, 63, 65, 257]) {
    const signature = Buffer.alloc(length, 1).toString('base64url');
    const { status, body } = await present(gateway, `${header}.${payload}.${signature}`);
    expect([status, body.error_description]).toEqual([401, failed]);
  }
});

test('an assertion for another client than the form names is rejected', async () => {
  const { status, body } = await present(gateway, await sign(one), { client_id: other.clientId });
  expect([status, body.error_description]).toEqual([
    400,
    'client_id must be the client ID of the client that authenticates',
  ]);
});

test('a rejected assertion is not used up', async () => {
  const account = await keyMachine(gateway);
  await account.admin.rest('POST', `/${account.id}/disable`);
  const assertion = await sign(account);
  expect((await present(gateway, assertion)).status).toBe(401);
  await account.admin.rest('POST', `/${account.id}/enable`);
  expect((await present(gateway, assertion)).status).toBe(200);
});
