import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalAddress } from '../../../src/platform/http/client-address.js';
import { basic, machine, wrongSecret } from '../../api/oauth/machine.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { sendRaw } from '../../harness/raw.js';
import { until } from '../../harness/until.js';

// The gateway trusts one proxy and, behind it, the proxies of a subnet.
let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway({ TRUST_PROXY: '127.0.0.1,10.0.0.0/8', RATE_LIMIT_ADDRESS: '10000' });
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const lineOf = (requestId: string) =>
  until(
    async () => gateway.log.map((line) => JSON.parse(line)).find(({ req }) => req?.id === requestId),
    (line) => line !== undefined,
  );
let requests = 0;

/** What a proxy forwards, and the address that the gateway makes of it. */
const forwarded: [string, string | null][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:49152', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:C000:0201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:DB8::1]:443', '2001:db8::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ['fe80::1%eth0', 'fe80::1'],
  ['FE80::1%25', 'fe80::1'],
  ['unknown', null],
  ['_hidden', null],
  ['"[2001:db8::1]:4711"', null],
  ['192.0.2.300', null],
  ['192.0.2', null],
  ['192.0.02.1', null],
  ['0xc0.0.2.1', null],
  ['3221225985', null],
  ['[192.0.2.1]', null],
  ['192.0.2.1:port', null],
  ['2001:db8::1::', null],
  ['fe80::1%<b>', null],
  ['<script>alert(1)</script>', null],
  ['client.example.com', null],
  ['192.0.2.1 ', '192.0.2.1'],
];

test.each(forwarded)('%j is %j in the audit log and in the log', async (forwardedFor, address) => {
  const requestId = `address-${++requests}`;
  const more = { 'x-forwarded-for': `203.0.113.9, ${forwardedFor}`, 'x-request-id': requestId };
  expect((await gateway.create({ ...admin.headers, ...more })).status).toBe(200);
  const [event] = await gateway.sql('select ip from audit_event where request_id = $1', [requestId]);
  expect([event?.ip, (await lineOf(requestId)).req.ip]).toEqual([address, address]);
});

test.each(forwarded.filter(([, address]) => address !== null))(
  '%j counts for the limit of %j',
  async (forwardedFor, address) => {
    const left = async (from: string) => {
      const { headers } = await gateway.graphql({ 'x-forwarded-for': from }, '{ __typename }');
      return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    };
    const before = await left(address ?? '');
    expect([await left(forwardedFor), await left(address ?? '')]).toEqual([before - 1, before - 2]);
  },
);

test('everything that is no address counts as one address', async () => {
  const left = async (from: string) => {
    const { headers } = await gateway.graphql({ 'x-forwarded-for': from }, '{ __typename }');
    return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
  };
  const before = await left('unknown');
  expect([await left('_hidden'), await left('<b>')]).toEqual([before - 1, before - 2]);
});

test('a rejected client has the same address in the audit log', async () => {
  const one = await machine(gateway, {}, admin);
  const headers = {
    authorization: basic({ ...one, clientSecret: wrongSecret }),
    'x-forwarded-for': '[2001:DB8::7]:443',
    'user-agent': 'curl\u009b31m/8',
  };
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  await gateway.request('/oauth2/token', { method: 'POST', headers, body });
  const [event] = await until(
    () =>
      gateway.sql(`select ip, user_agent from audit_event where caller_id = $1 and outcome = 'denied'`, [
        one.clientId,
      ]),
    ({ length }) => length > 0,
  );
  expect(event).toEqual({ ip: '2001:db8::7', user_agent: 'curl31m/8' });
});

test('a trusted proxy is known by every form of its address', async () => {
  const requestId = `address-${++requests}`;
  const chain = '192.0.2.77, 10.0.0.1:8080, [::ffff:10.0.0.2]:8080';
  await gateway.request('/x', { headers: { 'x-forwarded-for': chain, 'x-request-id': requestId } });
  expect((await lineOf(requestId)).req.ip).toBe('192.0.2.77');
});

test('a user agent is recorded without what a reader does not see', async () => {
  const requestId = `address-${++requests}`;
  const agent = `a\u009bb\u0085c\u00add${'e'.repeat(300)}`;
  await gateway.create({ ...admin.headers, 'user-agent': agent, 'x-request-id': requestId });
  const [event] = await gateway.sql('select user_agent from audit_event where request_id = $1', [requestId]);
  expect(event).toEqual({ user_agent: `abcd${'e'.repeat(251)}` });
});

test.each(['a\u009b31m', 'a\u0085b', 'a\u00adb', 'a\u007fb', 'a\u00e2\u0080\u00aeb'])(
  'a path with what a reader does not see never reaches the log: %j',
  async (path) => {
    const bytes = Buffer.from(`GET /${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 'latin1');
    gateway.log.length = 0;
    expect((await sendRaw(gateway.url, bytes)).status).toBe(400);
    expect(gateway.log).toEqual([]);
  },
);

test('every address has one canonical form, which is its own canonical form', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      const canonical = canonicalAddress(address);
      expect(canonical).not.toBeNull();
      expect(canonicalAddress(canonical ?? '')).toBe(canonical);
      expect(canonicalAddress(address.toUpperCase())).toBe(canonical);
    }),
  );
});

test('no text becomes anything but an address', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(canonicalAddress(text) ?? '').toMatch(/^[\da-f:.]*$/);
    }),
  );
});
