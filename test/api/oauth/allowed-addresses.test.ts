import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { until } from '../../harness/until.js';
import { keyMachine, present, sign } from './assertions.js';
import { basic, getToken, type Machine, machine, post, wrongSecret } from './machine.js';

// The gateway trusts one proxy, which forwards the addresses of the machines.
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ TRUST_PROXY: '1' });
});
afterAll(() => gateway.close());

const inside = '198.51.100.7';
const outside = '203.0.113.9';
const ipAllowlist = ['198.51.100.0/24', '2001:db8:1::/48'];

const endpoints = ['token', 'introspect', 'revoke'] as const;

const ask = (
  one: Pick<Machine, 'clientId' | 'clientSecret'>,
  address: string,
  endpoint: string = 'token',
  more: Record<string, string> = {},
) =>
  post(
    gateway,
    endpoint,
    { grant_type: 'client_credentials', token: 'x' },
    { authorization: basic(one), 'x-forwarded-for': address, ...more },
  );

const statusOf = async (one: Machine, address: string) => (await ask(one, address)).status;

const allow = (one: Machine, list: string[] | null) =>
  one.admin.rest('PATCH', `/${one.id}`, { ipAllowlist: list });

const reasonOf = async (requestId: string) => {
  const [event] = await until(
    () => gateway.sql('select after, ip from audit_event where request_id = $1', [requestId]),
    ({ length }) => length > 0,
  );
  return event;
};

test('an account without a list authenticates from any address', async () => {
  const one = await machine(gateway);
  for (const address of [inside, outside, '2001:db8::1', 'unknown'])
    expect(await statusOf(one, address)).toBe(200);
});

test.each([
  ['198.51.100.0', 200],
  ['198.51.100.255', 200],
  ['198.51.99.255', 401],
  ['198.51.101.0', 401],
  ['2001:db8:1::', 200],
  ['2001:db8:1:ffff:ffff:ffff:ffff:ffff', 200],
  ['2001:DB8:0001:0:0:0:0:7', 200],
  ['2001:db8:0:ffff:ffff:ffff:ffff:ffff', 401],
  ['2001:db8:2::', 401],
  // An IPv4 address in IPv6 notation, as a gateway that listens on :: sees it.
  ['::ffff:198.51.100.7', 200],
  ['::ffff:c633:6407', 200],
  ['::ffff:203.0.113.9', 401],
  // An IPv6 address that ends with an IPv4 address is not that address.
  ['::198.51.100.7', 401],
  ['64:ff9b::198.51.100.7', 401],
  ['198.51.100.7:49152', 200],
  ['[2001:db8:1::7]:443', 200],
  // Not an address, so it is not in the list.
  ['unknown', 401],
  ['198.51.100.07', 401],
])('with a list, a request from %s gets %i', async (address, status) => {
  expect(await statusOf(await machine(gateway, { ipAllowlist }), address)).toBe(status);
});

test('a list in IPv6 notation allows IPv4 addresses', async () => {
  const one = await machine(gateway, { ipAllowlist: ['::ffff:198.51.100.0/120'] });
  expect([await statusOf(one, inside), await statusOf(one, outside)]).toEqual([200, 401]);
});

test('the address that a client forwards does not count, only what the trusted proxy has seen', async () => {
  const one = await machine(gateway, { ipAllowlist });
  expect(await statusOf(one, `${inside}, ${outside}`)).toBe(401);
  expect(await statusOf(one, `${outside}, ${inside}`)).toBe(200);
});

describe.each(endpoints)('at /oauth2/%s', (endpoint) => {
  test('a right secret from elsewhere gets the response of a wrong secret', async () => {
    const one = await machine(gateway, { ipAllowlist });
    expect((await ask(one, inside, endpoint)).status).toBe(200);
    const right = await ask(one, outside, endpoint, { 'x-request-id': 'right' });
    const wrong = await ask({ ...one, clientSecret: wrongSecret }, outside, endpoint, {
      'x-request-id': 'wrong',
    });
    expect([right.status, right.body]).toEqual([
      401,
      { error: 'invalid_client', error_description: 'client authentication failed' },
    ]);
    expect(wrong.body).toEqual(right.body);
    const headersOf = ({ headers }: typeof right) =>
      [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
    expect(headersOf(wrong)).toEqual(headersOf(right));
  });

  test('the audit log of the account has the reason and the address', async () => {
    const one = await machine(gateway, { ipAllowlist });
    const requestId = `elsewhere-${endpoint}`;
    await ask(one, outside, endpoint, { 'x-request-id': requestId });
    expect(await reasonOf(requestId)).toEqual({ after: { reason: 'address_not_allowed' }, ip: outside });
  });

  test('an assertion is accepted from the list, and from elsewhere it is rejected and used up', async () => {
    const one = await keyMachine(gateway, 'ES256', { ipAllowlist });
    const send = async (assertion: string, address: string, id: string) => {
      const headers = { 'x-forwarded-for': address, 'x-request-id': id };
      return (await present(gateway, assertion, { token: 'x' }, endpoint, headers)).status;
    };
    const [first, second] = [await sign(one), await sign(one)];
    expect(await send(first, inside, 'in')).toBe(200);
    const id = `assertion-${endpoint}`;
    expect(await send(second, outside, id)).toBe(401);
    expect(await reasonOf(id)).toMatchObject({ after: { reason: 'address_not_allowed' } });
    expect(await send(second, inside, `${id}-again`)).toBe(401);
    expect(await reasonOf(`${id}-again`)).toMatchObject({ after: { reason: 'assertion_replayed' } });
  });
});

test('a change counts from the next request, also for a secret that the gateway remembers', async () => {
  const one = await machine(gateway);
  expect(await statusOf(one, outside)).toBe(200);
  await allow(one, ipAllowlist);
  expect([await statusOf(one, outside), await statusOf(one, inside)]).toEqual([401, 200]);
  await allow(one, [outside]);
  expect([await statusOf(one, outside), await statusOf(one, inside)]).toEqual([200, 401]);
  await allow(one, null);
  expect([await statusOf(one, outside), await statusOf(one, inside)]).toEqual([200, 200]);
});

test('a request from elsewhere is not a use', async () => {
  const one = await machine(gateway, { ipAllowlist });
  const other = await machine(gateway);
  await ask(one, outside);
  await ask(other, outside);
  const lastUse = async ({ admin, id }: Machine) => (await admin.rest('GET', `/${id}`)).body.data.lastUsedAt;
  await until(
    () => lastUse(other),
    (at) => at !== null,
  );
  expect(await lastUse(one)).toBeNull();
});

test('a token that was issued before remains valid, and can be used from elsewhere', async () => {
  const one = await machine(gateway);
  const token = await getToken(gateway, one);
  const api = await machine(
    gateway,
    { permissions: ['oauth:introspect'] },
    await somebody(gateway, one.admin.tenant),
  );
  await allow(one, ['192.0.2.1']);
  const { body } = await post(
    gateway,
    'introspect',
    { token },
    { authorization: basic(api), 'x-forwarded-for': outside },
  );
  expect(body.active).toBe(true);
});
