import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from './gateway.js';
import { startProcess } from './gateway-process.js';
import { send } from './send.js';
import { signingKeysOf } from './stored-signing-keys.js';

/** Returns random characters that a secret may have. */
const characters = (length: number) => randomBytes(length).toString('hex').slice(0, length);

const privateKeys = (type: 'ec' | 'ed25519') =>
  generateKeyPairSync(type as 'ec', { namedCurve: 'P-256' }).privateKey;

/** Functions that each make or read a secret of a kind that must not leak. */
const kinds: Record<string, (gateway: Gateway) => Promise<string>> = {
  'a client secret': async () => `sa_secret_${characters(38)}`,
  'a token': async ({ issuer }) => issuer.sign(),
  'a pepper': async ({ env }) => env.SECRET_PEPPERS?.split(':')[1] ?? '',
  'a key encryption key': async ({ env }) => env.KEY_ENCRYPTION_KEYS?.split(':')[1] ?? '',
  'a signing key': async ({ databaseUrl, env }) => {
    const key = Buffer.from(env.KEY_ENCRYPTION_KEYS?.split(':')[1] ?? '', 'base64');
    const [bytes] = await signingKeysOf({ connectionString: databaseUrl }, [{ version: 'v1', key }]);
    return `${bytes?.toString('base64url')}`;
  },
  'a private key': async () => privateKeys('ec').export({ type: 'pkcs8', format: 'pem' }).toString(),
  'an idempotency key': async (gateway) => {
    const key = `order "${characters(20)}"`;
    await gateway.create({ 'idempotency-key': key });
    return key;
  },
};

const column =
  (table: string, type: string, value: (secret: string) => unknown) =>
  async (gateway: Gateway, secret: string) => {
    await gateway.sql(`create table if not exists ${table} (id int, hidden ${type})`);
    await gateway.sql(`insert into ${table} values (1, $1)`, [value(secret)]);
  };
const bytes = (secret: string) => Buffer.from(secret);

/** Places for a secret: a title, how the harness has to describe the place, and a function that plants a secret. */
const places: [string, string, (gateway: Gateway, secret: string) => Promise<unknown>][] = [
  [
    'a line of the log',
    String.raw`the log, line \d+: \{"msg":"took .*\[masked\].* in"\}`,
    async ({ log }, secret) => log.push(`${JSON.stringify({ msg: `took ${secret} in` })}\n`),
  ],
  ['a column of text', 'a.hidden', column('a', 'text', (secret) => `before ${secret} after`)],
  ['a column of JSON', 'b.hidden', column('b', 'jsonb', (secret) => JSON.stringify({ deep: [secret] }))],
  ['a column of lists', 'c.hidden', column('c', 'text[]', (secret) => [secret])],
  ['a column of bytes', 'd.hidden', column('d', 'bytea', bytes)],
  ['hexadecimal', 'e.hidden', column('e', 'text', (secret) => bytes(secret).toString('hex'))],
  ['base64', 'f.hidden', column('f', 'text', (secret) => bytes(secret).toString('base64'))],
];

/** Closes a gateway, which has to fail. @returns the message of the failure */
const endOf = (gateway: Gateway): Promise<string> =>
  gateway.close().then(
    () => 'nothing was found',
    ({ message }: Error) => message,
  );

test('secrets of each kind are found in each place, and not told', async () => {
  const gateway = await startGateway();
  const secrets: string[] = [];
  for (const make of Object.values(kinds)) secrets.push(await make(gateway));
  for (const [, , plant] of places) for (const secret of secrets) await plant(gateway, secret);
  const said = await endOf(gateway);
  for (const [place, told] of places) {
    for (const kind of Object.keys(kinds)) {
      const found = new RegExp(`^.*${kind}.* in ${told}$`, 'm').test(said);
      expect({ place, kind, found }).toEqual({ place, kind, found: true });
    }
  }
  for (const secret of secrets) {
    expect(said).not.toContain(secret);
    expect(said).not.toContain(bytes(secret).toString('hex'));
  }
});

/** Encodes a secret for a request id, which the gateway replaces when it looks like a secret. */
const disguised = (secret: string) => Buffer.from(secret).toString('base64');

/** Puts a secret into the name of an unknown field, which the error repeats. */
const tellTale = (secret: string) => JSON.stringify({ [secret]: 1 });
const json = { 'content-type': 'application/json' };

test('secrets in the answers to errors are found, whatever has asked', async () => {
  const gateway = await startGateway();
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  const secret = `sa_secret_${characters(38)}`;
  await gateway.create(headers, { [secret]: 1 });
  await gateway.request('/nowhere', { headers: { 'x-request-id': disguised(secret) } });
  await gateway.graphql({ ...headers, 'x-request-id': disguised(secret) }, '{ nothing }');
  await send(`${gateway.url}${createPath}/`, { headers: { ...headers, ...json }, body: tellTale(secret) });
  await gateway.graphql(headers, `{ viewer { id } ${secret}: serviceAccount(id: "none") { id } }`);
  const said = await endOf(gateway);
  for (const place of [
    `400 of ${createPath}`,
    '404 of /nowhere',
    '400 of /graphql',
    `400 of ${createPath}/`,
    '200 of /graphql',
  ]) {
    expect(said).toContain(`a client secret in the answer ${place}, line 1: `);
  }
  expect(said).not.toContain(secret);
});

test('the claims and the signature of a token in a form or in JSON are found on their own', async () => {
  const gateway = await startGateway();
  const tokens = await Promise.all(['form', 'json'].map((sub) => gateway.workloads.sign({ sub })));
  const [inForm = '', inJson = ''] = tokens;
  const form = new URLSearchParams({ client_assertion: inForm });
  await gateway.request('/oauth2/token', { method: 'POST', body: form.toString() });
  await gateway.request('/nowhere', { method: 'POST', body: JSON.stringify({ token: inJson }) });
  await gateway.sql('create table plot (claims text, signature text)');
  for (const one of tokens) await gateway.sql('insert into plot values ($1, $2)', one.split('.').slice(1));
  await gateway.sql('create table second as select * from plot offset 1');
  await gateway.sql('delete from plot where claims in (select claims from second)');
  expect(await endOf(gateway)).toBe(
    `Leaked:\n${['plot', 'second'].flatMap((table) => [`a token in ${table}.claims`, `a token in ${table}.signature`]).join('\n')}`,
  );
});

test('the raw bytes of a pepper are found, alone and within others', async () => {
  const gateway = await startGateway();
  const pepper = Buffer.from(gateway.env.SECRET_PEPPERS?.split(':')[1] ?? '', 'base64');
  await gateway.sql('create table plot (alone bytea, within text)');
  const within = Buffer.concat([Buffer.from('x'), pepper]).toString('base64');
  await gateway.sql('insert into plot values ($1, $2)', [pepper, within]);
  expect(await endOf(gateway)).toBe('Leaked:\na pepper in plot.alone\na pepper in plot.within');
});

test.each(['ec', 'ed25519'] as const)(
  'a private key of type %s is found as JWK and DER, too',
  async (type) => {
    const gateway = await startGateway();
    const key = privateKeys(type);
    await gateway.sql('create table plot (jwk jsonb, text text, der bytea, encoded text)');
    const jwk = JSON.stringify(key.export({ format: 'jwk' }));
    const der = key.export({ format: 'der', type: 'pkcs8' });
    const values = [jwk, JSON.stringify({ jwk }), der, der.toString('base64')];
    await gateway.sql('insert into plot values ($1, $2, $3, $4)', values);
    expect(await endOf(gateway)).toBe(
      `Leaked:\n${['jwk', 'text', 'der', 'encoded'].map((column) => `a private key in plot.${column}`).join('\n')}`,
    );
  },
);

test('what a process logs and stores is searched when it is stopped', async () => {
  const gateway = await startGateway();
  const [logged, stored] = [`sa_secret_${characters(38)}`, `sa_secret_${characters(38)}`];
  const one = await startProcess(gateway.env);
  await one.ready();
  await fetch(`${one.url}/graphql`, { headers: { 'x-request-id': disguised(logged) } });
  await gateway.sql('create table plot (hidden text)');
  await gateway.sql('insert into plot values ($1)', [stored]);
  const said = await one.stop().then(String, ({ message }: Error) => message);
  expect(said).toMatch(/^a client secret in plot\.hidden$/m);
  expect(said).toMatch(/^a client secret in stderr, line \d+: .*\[masked\]/m);
  expect(await endOf(gateway)).toContain('plot.hidden');
});

// biome-ignore format: each row stays on its line
const mutations: [string, string, object][] = [
  ['a-key-that-is-written', 'mutation { createServiceAccount(idempotencyKey: "a-key-that-is-written") { clientSecret } }', {}],
  ['a-key-that-is-a-variable', 'mutation ($key: String) { createServiceAccount(idempotencyKey: $key) { clientSecret } }', { key: 'a-key-that-is-a-variable' }],
];

test.each(mutations)('%s of a GraphQL request is looked for, too', async (key, query, variables) => {
  const gateway = await startGateway();
  await gateway.graphql({}, query, { ...variables });
  gateway.log.push(`used ${key}\n`);
  expect(await endOf(gateway)).toContain('an idempotency key in the log');
});

test('what a request that succeeds answers with is no leak', async () => {
  const gateway = await startGateway();
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  expect((await gateway.create(headers)).body.data.clientSecret).toMatch(/^sa_secret_[0-9a-z]{38}$/);
  expect(await endOf(gateway)).toBe('nothing was found');
});
