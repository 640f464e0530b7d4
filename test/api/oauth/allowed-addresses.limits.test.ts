import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { basic, type Machine, machine, post, wrongSecret } from './machine.js';

const limit = 5;
const limits = {
  RATE_LIMIT_CLIENT: '4',
  RATE_LIMIT_CLIENT_REVOCATIONS: '4',
  RATE_LIMIT_OAUTH_ADDRESS: '1000',
  RATE_LIMIT_WRONG_SECRETS: `${limit}`,
  TRUST_PROXY: '1',
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway(limits);
});
afterAll(() => gateway.close());
// The clock stands still, so that no second of a window ends during a test.
beforeEach(() => moveClock(0));
afterEach(restoreClock);

const inside = '198.51.100.7';
const ipAllowlist = ['198.51.100.0/24'];
let addresses = 0;
const newAddress = () => `203.0.113.${++addresses}`;

type Credentials = Pick<Machine, 'clientId' | 'clientSecret'>;

const ask = (one: Credentials, address: string, endpoint = 'token', at = gateway) =>
  post(
    at,
    endpoint,
    { grant_type: 'client_credentials', token: 'x' },
    { authorization: basic(one), 'x-forwarded-for': address },
  );

async function statuses(times: number, call: () => Promise<Answer>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) all.push((await call()).status);
  return all;
}

const headersOf = ({ headers }: Answer) =>
  [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));

test.each(['token', 'introspect', 'revoke'])(
  'requests from elsewhere with the right secret do not use up the limit of the client at /oauth2/%s',
  async (endpoint) => {
    const one = await machine(gateway, { ipAllowlist });
    expect((await ask(one, inside)).status).toBe(200);
    expect(await statuses(limit, () => ask(one, newAddress(), endpoint))).toEqual(Array(limit).fill(401));
    expect(await statuses(4, () => ask(one, inside))).toEqual([200, 200, 200, 429]);
  },
);

test('they count as wrong secrets, and the machine passes all the time', async () => {
  const one = await machine(gateway, { ipAllowlist });
  expect((await ask(one, inside)).status).toBe(200);
  expect(await statuses(limit + 2, () => ask(one, newAddress()))).toEqual([
    ...Array(limit).fill(401),
    429,
    429,
  ]);
  expect((await ask(one, inside)).status).toBe(200);
  expect((await ask({ ...one, clientSecret: wrongSecret }, newAddress())).status).toBe(429);
});

test('the machine passes also at a gateway that has not seen its secret before', async () => {
  const one = await machine(gateway, { ipAllowlist });
  const address = newAddress();
  const second = await startGateway({ ...gateway.env, ...limits });
  try {
    await statuses(limit + 2, () => ask(one, address, 'token', second));
    expect((await ask(one, inside, 'token', second)).status).toBe(200);
  } finally {
    await second.close();
  }
});

test.each(['token', 'introspect', 'revoke'])(
  'the response at /oauth2/%s does not reveal that the gateway knows the secret, even just after the list was set',
  async (endpoint) => {
    const one = await machine(gateway);
    const [first, second] = [newAddress(), newAddress()];
    expect((await ask(one, newAddress())).headers.get('ratelimit')).toContain('"client"');
    await one.admin.rest('PATCH', `/${one.id}`, { ipAllowlist });
    const right = await ask(one, first, endpoint);
    const wrong = await ask({ ...one, clientSecret: wrongSecret }, second, endpoint);
    expect([right.status, right.body, headersOf(right)]).toEqual([
      wrong.status,
      wrong.body,
      headersOf(wrong),
    ]);
    expect(right.headers.get('ratelimit')).toBe('"oauth_address";r=999;t=60');
  },
);

test('after a list was extended or removed, the requests from there count for the client again', async () => {
  const one = await machine(gateway, { ipAllowlist });
  const address = newAddress();
  expect((await ask(one, inside)).status).toBe(200);
  expect((await ask(one, address)).status).toBe(401);
  await one.admin.rest('PATCH', `/${one.id}`, { ipAllowlist: [...ipAllowlist, address] });
  expect((await ask(one, address)).status).toBe(200);
  await one.admin.rest('PATCH', `/${one.id}`, { ipAllowlist: null });
  expect(await statuses(3, () => ask(one, newAddress()))).toEqual([200, 200, 429]);
});
