import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type CountingGateway, startCountingGateway } from '../../harness/counting-gateway.js';
import { until } from '../../harness/until.js';
import { basic, type Machine, machine, post, wrongSecret } from './machine.js';

const limit = 3;
const stores = ['memory', 'postgres'] as const;
let gateways: Record<(typeof stores)[number], CountingGateway>;
beforeAll(async () => {
  const start = (store: string) =>
    startCountingGateway({
      RATE_LIMIT_STORE: store,
      RATE_LIMIT_CLIENT: `${limit}`,
      RATE_LIMIT_WRONG_SECRETS: `${limit}`,
      TRUST_PROXY: '1',
    });
  gateways = { memory: await start('memory'), postgres: await start('postgres') };
});
// The clock stands still, so that no second of a window ends during a test.
beforeEach(() => moveClock(0));
afterEach(restoreClock);
afterAll(() => Promise.all(Object.values(gateways).map((gateway) => gateway.close())));

let addresses = 0;
const newAddress = () => `198.51.100.${++addresses}`;

type Credentials = Pick<Machine, 'clientId' | 'clientSecret'>;
const ask = (gateway: CountingGateway, credentials: Credentials, address: string) =>
  post(
    gateway,
    'token',
    { grant_type: 'client_credentials' },
    { authorization: basic(credentials), 'x-forwarded-for': address },
  );

const nobody = { clientId: 'sa_client_ffffffffffff', clientSecret: wrongSecret };

/** Sends wrong secrets from a new address until its limit is exceeded. @returns the address */
async function overLimit(gateway: CountingGateway): Promise<string> {
  const address = newAddress();
  for (let n = 0; n <= limit; n++) await ask(gateway, nobody, address);
  return address;
}

test.each(stores)('%s: wrong secrets over the limit of an address cost no statement', async (store) => {
  const gateway = gateways[store];
  const address = await overLimit(gateway);
  gateway.statements.count = 0;
  for (let n = 0; n < 5; n++) {
    const { status, headers, body } = await ask(gateway, nobody, address);
    expect([status, body.error]).toEqual([429, 'invalid_client']);
    expect(headers.get('retry-after')).toBe('60');
  }
  expect(gateway.statements.count).toBe(0);
});

test.each(stores)('%s: requests over the limit of a client cost no statement', async (store) => {
  const gateway = gateways[store];
  const one = await machine(gateway);
  for (let n = 0; n <= limit; n++) await ask(gateway, one, newAddress());
  gateway.statements.count = 0;
  for (let n = 0; n < 5; n++) expect((await ask(gateway, one, newAddress())).status).toBe(429);
  expect(gateway.statements.count).toBe(0);
});

test('a machine that worked before passes although its address exceeds the limit', async () => {
  const gateway = gateways.memory;
  const one = await machine(gateway);
  expect((await ask(gateway, one, newAddress())).status).toBe(200);
  expect((await ask(gateway, one, await overLimit(gateway))).status).toBe(200);
});

test('a new secret of another client passes there, too', async () => {
  const gateway = gateways.memory;
  const address = await overLimit(gateway);
  expect((await ask(gateway, await machine(gateway), address)).status).toBe(200);
});

test('a new secret of a client passes in the second after a wrong one', async () => {
  const gateway = gateways.memory;
  const one = await machine(gateway);
  const address = await overLimit(gateway);
  await ask(gateway, { ...one, clientSecret: wrongSecret }, address);
  expect((await ask(gateway, one, address)).status).toBe(429);
  moveClock(1);
  expect((await ask(gateway, one, address)).status).toBe(200);
});

test('20 new secrets a second are looked up there', async () => {
  const gateway = gateways.memory;
  const one = await machine(gateway);
  const address = await overLimit(gateway);
  for (let n = 0; n < 20; n++)
    await ask(gateway, { clientId: `sa_client_0000000000${10 + n}`, clientSecret: wrongSecret }, address);
  expect((await ask(gateway, one, address)).status).toBe(429);
  moveClock(1);
  expect((await ask(gateway, one, address)).status).toBe(200);
});

test('a secret that works no longer is refused like any other', async () => {
  const gateway = gateways.memory;
  const one = await machine(gateway);
  expect((await ask(gateway, one, newAddress())).status).toBe(200);
  await one.admin.rest('POST', `/${one.id}/disable`);
  expect((await ask(gateway, one, newAddress())).status).toBe(401);
  const denied = () =>
    gateway.sql(`select from audit_event where outcome = 'denied' and caller_id = $1`, [one.clientId]);
  await until(denied, (rows) => rows.length > 0);
  const address = await overLimit(gateway);
  // One secret of the client is looked up in each second, and this is that one.
  expect((await ask(gateway, one, address)).status).toBe(429);
  gateway.statements.count = 0;
  expect((await ask(gateway, one, address)).status).toBe(429);
  expect(gateway.statements.count).toBe(0);
});
