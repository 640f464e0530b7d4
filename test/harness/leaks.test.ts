import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Gateway, startGateway } from './gateway.js';
import { send } from './send.js';

/** Characters as a secret has them. */
const characters = (length: number) => randomBytes(length).toString('hex').slice(0, length);

/** What must not leak, each made so that the gateway meets it in the way of its kind. */
const kinds: Record<string, (gateway: Gateway) => Promise<string>> = {
  'a client secret': async () => `sa_secret_${characters(38)}`,
  'a token': async ({ issuer }) => issuer.sign(),
  'a pepper': async ({ env }) => env.SECRET_PEPPERS?.split(':')[1] ?? '',
  'an idempotency key': async (gateway) => {
    const key = `order "${characters(20)}"`;
    await gateway.create({ 'idempotency-key': key });
    return key;
  },
};

const column =
  (type: string, value: (secret: string) => unknown) => async (gateway: Gateway, secret: string) => {
    await gateway.sql(`create table if not exists plot (id int, hidden ${type})`);
    await gateway.sql('insert into plot values (1, $1)', [value(secret)]);
  };
const bytes = (secret: string) => Buffer.from(secret);

/** Where they are planted, and what the harness is to say of the place. */
const places: [string, string, (gateway: Gateway, secret: string) => Promise<unknown>][] = [
  [
    'a line of the log',
    String.raw`the log, line \d+: \{"msg":"took .*\[masked\].* in"\}`,
    async ({ log }, secret) => log.push(`${JSON.stringify({ msg: `took ${secret} in` })}\n`),
  ],
  ['a column of text', 'plot.hidden', column('text', (secret) => `before ${secret} after`)],
  ['a column of JSON', 'plot.hidden', column('jsonb', (secret) => JSON.stringify({ deep: [secret] }))],
  ['a column of lists', 'plot.hidden', column('text[]', (secret) => [secret])],
  ['a column of bytes', 'plot.hidden', column('bytea', bytes)],
  ['hexadecimal', 'plot.hidden', column('text', (secret) => bytes(secret).toString('hex'))],
  ['base64', 'plot.hidden', column('text', (secret) => bytes(secret).toString('base64'))],
];

test.each(places)('secrets are found in %s, and not told', async (_place, told, plant) => {
  const gateway = await startGateway();
  const secrets: string[] = [];
  for (const make of Object.values(kinds)) {
    const secret = await make(gateway);
    await plant(gateway, secret);
    secrets.push(secret);
  }
  const { message } = await gateway.close().then(
    () => new Error('nothing was found'),
    (error: Error) => error,
  );
  for (const kind of Object.keys(kinds)) expect(message).toMatch(new RegExp(`${kind}.* in ${told}$`, 'm'));
  for (const secret of secrets) {
    expect(message).not.toContain(secret);
    expect(message).not.toContain(bytes(secret).toString('hex'));
  }
});

/** An unknown field is named in the error, and so this one is a leak. */
const tellTale = (secret: string) => JSON.stringify({ [secret]: 1 });
const json = { 'content-type': 'application/json' };

// biome-ignore format: a row a line
const ways: [string, (gateway: Gateway, secret: string, headers: Record<string, string>) => Promise<unknown>][] = [
  ['create', (gateway, secret, headers) => gateway.create(headers, { [secret]: 1 })],
  ['request', (gateway, secret) => gateway.request(`/${secret}`, { headers: { 'x-request-id': secret } })],
  ['send', (gateway, secret, headers) => send(`${gateway.url}/api/v1/admin/service-account/create`, { headers: { ...headers, ...json }, body: tellTale(secret) })],
  ['graphql', (gateway, secret, headers) => gateway.graphql(headers, `{ ${secret} }`)],
];

test.each(ways)('a secret in the answer to an error is found by %s', async (_way, ask) => {
  const gateway = await startGateway();
  const secret = `sa_secret_${characters(38)}`;
  const tenant = await gateway.createTenant();
  await ask(gateway, secret, await gateway.as('tenant_admin', tenant));
  await expect(gateway.close()).rejects.toThrow(/a client secret in the answer 4\d\d of .*\[masked\]/);
});

test('the raw bytes of a pepper are found', async () => {
  const gateway = await startGateway();
  const pepper = Buffer.from(gateway.env.SECRET_PEPPERS?.split(':')[1] ?? '', 'base64');
  await gateway.sql('create table plot (hidden bytea)');
  await gateway.sql('insert into plot values ($1)', [Buffer.concat([Buffer.from('x'), pepper])]);
  await expect(gateway.close()).rejects.toThrow('a pepper in plot.hidden');
});

test('the keys of GraphQL requests are looked for, too, however they are given', async () => {
  for (const [query, variables] of [
    ['mutation { createServiceAccount(idempotencyKey: "a-key-of-16-characters") { clientSecret } }', {}],
    [
      'mutation ($key: String) { createServiceAccount(idempotencyKey: $key) { clientSecret } }',
      { key: 'a-key-of-16-characters' },
    ],
  ] as const) {
    const gateway = await startGateway();
    await gateway.graphql({}, query, variables);
    gateway.log.push('used a-key-of-16-characters\n');
    await expect(gateway.close()).rejects.toThrow('an idempotency key in the log');
  }
});

test('what a request that succeeds answers with is no leak', async () => {
  const gateway = await startGateway();
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  expect((await gateway.create(headers)).body.data.clientSecret).toMatch(/^sa_secret_[0-9a-z]{38}$/);
  await expect(gateway.close()).resolves.toBeUndefined();
});
