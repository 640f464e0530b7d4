import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { basic, type Machine, machine, post, wrongSecret } from './machine.js';

const limit = 5;
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_WRONG_SECRETS: `${limit}`, TRUST_PROXY: '1' });
});
afterEach(restoreClock);
afterAll(() => gateway.close());

let addresses = 0;
/** Returns an address that no request has come from. */
const newAddress = () => `198.51.100.${++addresses}`;

type Credentials = Pick<Machine, 'clientId' | 'clientSecret'>;

const ask = (credentials: Credentials, address: string, at = gateway, endpoint = 'token') =>
  post(
    at,
    endpoint,
    { grant_type: 'client_credentials', token: 'x' },
    { authorization: basic(credentials), 'x-forwarded-for': address },
  );

async function statuses(times: number, call: () => ReturnType<typeof ask>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) all.push((await call()).status);
  return all;
}

const tooMany = [...Array(limit).fill(401), 429, 429];

test('wrong secrets of one client id are refused for a while when there are too many, wherever they come from', async () => {
  const wrong = { ...(await machine(gateway)), clientSecret: wrongSecret };
  expect(await statuses(limit + 2, () => ask(wrong, newAddress()))).toEqual(tooMany);
});

test('so are those from one address, for whichever client ids', async () => {
  const address = newAddress();
  let number = 0;
  const next = () =>
    ask({ clientId: `sa_client_${`${++number}`.padStart(12, '0')}`, clientSecret: wrongSecret }, address);
  expect(await statuses(limit + 2, next)).toEqual(tooMany);
});

test('the response to too many wrong secrets has the seconds to wait, and the form of an OAuth error', async () => {
  const wrong = { ...(await machine(gateway)), clientSecret: wrongSecret };
  await statuses(limit, () => ask(wrong, newAddress()));
  const { status, headers, body } = await ask(wrong, newAddress());
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    error: 'invalid_client',
    error_description:
      'client authentication failed too often; retry after the number of seconds in the retry-after header',
  });
});

test('a right secret that worked before passes, from there and from elsewhere, and does not reset the count', async () => {
  const one = await machine(gateway);
  expect((await ask(one, newAddress())).status).toBe(200);
  const wrong = { ...one, clientSecret: wrongSecret };
  const address = newAddress();
  await statuses(limit + 1, () => ask(wrong, address));
  expect((await ask(one, address)).status).toBe(200);
  expect((await ask(one, newAddress())).status).toBe(200);
  expect((await ask(wrong, newAddress())).status).toBe(429);
});

test('right secrets are not counted', async () => {
  const one = await machine(gateway);
  const address = newAddress();
  expect(await statuses(3 * limit, () => ask(one, address))).toEqual(Array(3 * limit).fill(200));
});

test('wrong secrets of an unknown client ID are counted, too', async () => {
  const nobody = { clientId: 'sa_client_ffffffffffff', clientSecret: wrongSecret };
  expect(await statuses(limit + 2, () => ask(nobody, newAddress()))).toEqual(tooMany);
});

test('a revoked secret is counted, too: nothing tells it from a wrong one', async () => {
  const one = await machine(gateway);
  await one.admin.rest('POST', `/${one.id}/disable`);
  expect(await statuses(limit + 2, () => ask(one, newAddress()))).toEqual(tooMany);
});

test.each(['introspect', 'revoke'])('those at /oauth2/%s count with them', async (endpoint) => {
  const wrong = { ...(await machine(gateway)), clientSecret: wrongSecret };
  await statuses(limit, () => ask(wrong, newAddress()));
  expect((await ask(wrong, newAddress(), gateway, endpoint)).status).toBe(429);
});

test('after a minute they may try again', async () => {
  const wrong = { ...(await machine(gateway)), clientSecret: wrongSecret };
  await statuses(limit + 1, () => ask(wrong, newAddress()));
  moveClock(61);
  expect((await ask(wrong, newAddress())).status).toBe(401);
});

test('gateways that count in the database count together', async () => {
  const shared = { RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_WRONG_SECRETS: `${limit}`, TRUST_PROXY: '1' };
  const first = await startGateway(shared);
  const second = await startGateway(first.env);
  try {
    const one = await machine(first);
    const wrong = { ...one, clientSecret: wrongSecret };
    expect(await statuses(limit, () => ask(wrong, newAddress(), first))).not.toContain(429);
    expect((await ask(wrong, newAddress(), second)).status).toBe(429);
    expect((await ask(one, newAddress(), second)).status).toBe(200);
  } finally {
    await second.close();
    await first.close();
  }
});
