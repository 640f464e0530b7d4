import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { changesOf } from './changes-of.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const create = (ipAllowlist: unknown, more = {}) =>
  gateway.create({ ...admin.headers, ...more }, { ipAllowlist });

const read = async (id: string) => (await admin.rest('GET', `/${id}`)).body.data.ipAllowlist;

test.each<[string, string]>([
  ['192.0.2.10', '192.0.2.10/32'],
  ['192.0.2.10/32', '192.0.2.10/32'],
  ['198.51.100.0/24', '198.51.100.0/24'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:db8::7', '2001:db8::7/128'],
  ['2001:DB8:0:0:0:0:0:0/32', '2001:db8::/32'],
  ['2001:0db8:0000:0001:0000:0000:0000:0000/64', '2001:db8:0:1::/64'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3/128'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7/128'],
  ['::/0', '::/0'],
  ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:200/120'],
  ['::192.0.2.0/120', '::c000:200/120'],
  ['::ffff:192.0.2.10', '192.0.2.10/32'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['::FFFF:0A00:0/104', '10.0.0.0/8'],
  ['0:0:0:0:0:ffff:0:0/96', '0.0.0.0/0'],
])('%s is stored as %s', async (given, stored) => {
  expect(await read((await create([given])).body.data.id)).toEqual([stored]);
});

test('the order is kept, and of equal entries the first', async () => {
  const given = [
    '198.51.100.0/24',
    '::1',
    '::ffff:198.51.100.0/120',
    '192.0.2.1',
    '0:0::1/128',
    '192.0.2.1/32',
  ];
  const { body } = await create(given);
  expect(await read(body.data.id)).toEqual(['198.51.100.0/24', '::1/128', '192.0.2.1/32']);
});

const notRange =
  'must be an IP address or a range in CIDR notation, such as 192.0.2.10, 198.51.100.0/24 or 2001:db8::/32; an IPv4 address has four decimal numbers without leading zeros';
const instead = (given: string, range: string, address: string) =>
  `must begin with the first address of its range; instead of ${given} write ${range}, or ${address} for this address alone`;
const mapped = 'must have a prefix of at least 96, because it is an IPv4 range in IPv6 notation';
const zone = 'must not contain a zone, which begins with %';

test.each<[string, string]>([
  ['10.0.0.5/8', instead('10.0.0.5/8', '10.0.0.0/8', '10.0.0.5')],
  ['2001:DB8::5/32', instead('2001:DB8::5/32', '2001:db8::/32', '2001:db8::5')],
  ['::ffff:10.0.0.5/104', instead('::ffff:10.0.0.5/104', '10.0.0.0/8', '10.0.0.5')],
  ['192.0.2.0/33', 'must have a prefix of at most 32'],
  ['2001:db8::/129', 'must have a prefix of at most 128'],
  ['::ffff:10.0.0.0/95', mapped],
  ['::ffff:0:0/0', mapped],
  ['fe80::1%eth0', zone],
  ['fe80::%1/10', zone],
  ...[
    ...[
      '010.0.0.1',
      '10.0.0.01',
      '0x7f.1',
      '0x7f.0.0.1',
      '127.1',
      '10/8',
      '167772160',
      '256.0.0.1',
      '10.0.0.1.',
    ],
    ...['10.0.0.0/', '10.0.0.0/08', '10.0.0.0/+8', '10.0.0.0/8/8', '10.0.0.0/255.0.0.0', '10.0.0.0-10.0.0.9'],
    ...[
      '10.0.0.*',
      '::ffff:010.0.0.1',
      '1::2::3',
      '00001::',
      '[::1]',
      ':::',
      '::1/',
      '10.0.0.1:80',
      'localhost',
    ],
    ...['', ' 10.0.0.1', '10.0.0.1 ', '10.0.0.1\n', '\uff11\uff10.0.0.1', '*', 'x'.repeat(100_000)],
  ].map((given): [string, string] => [given, notRange]),
])('%j is rejected: %s', async (given, fault) => {
  const { status, body } = await create(['192.0.2.1', given]);
  expect([status, body.code, body.message, body.details]).toEqual([
    400,
    'BAD_USER_INPUT',
    `ipAllowlist.1: ${fault}`,
    { field: 'ipAllowlist.1' },
  ]);
});

test('more than 50 entries are rejected, equal ones as well', async () => {
  const { body } = await create(Array(51).fill('192.0.2.1'));
  expect(body.message).toBe('ipAllowlist: must contain at most 50 entries');
});

test('a change is in the audit log with both lists, and the same list in other words is no change', async () => {
  const { id } = (await create(['10.0.0.0/8'])).body.data;
  for (const list of [['::ffff:10.0.0.0/104'], ['::1'], [], null])
    await admin.rest('PATCH', `/${id}`, { ipAllowlist: list });
  expect((await changesOf(gateway, id)).map(({ before, after }) => [before, after])).toEqual([
    [{ ipAllowlist: ['10.0.0.0/8'] }, { ipAllowlist: ['::1/128'] }],
    [{ ipAllowlist: ['::1/128'] }, { ipAllowlist: null }],
  ]);
});

test('a viewer cannot set it', async () => {
  const { id } = (await create(['10.0.0.0/8'])).body.data;
  const viewer = await somebody(gateway, admin.tenant, 'tenant_viewer');
  for (const [method, path] of [
    ['PATCH', `/${id}`],
    ['PUT', `/${id}/ip-list`],
  ] as const)
    expect((await viewer.rest(method, path, { ipAllowlist: null })).status).toBe(403);
  expect(await read(id)).toEqual(['10.0.0.0/8']);
});

describe('a retry of a creation', () => {
  const key = () => ({ 'idempotency-key': `retry-of-a-creation-${Math.random()}` });
  const ids = async (lists: unknown[]) => {
    const more = key();
    const answers = [];
    for (const list of lists) answers.push(await create(list, more));
    return answers.map(({ status, body }) => (status === 200 ? body.data.id : body.code));
  };

  test('is the same request with the same list in other words', async () => {
    const [first, ...others] = await ids([
      ['10.0.0.0/8', '::1'],
      ['::ffff:a00:0/104', '0::1/128', '::1'],
    ]);
    expect(others).toEqual([first]);
  });

  test('is another request with another list', async () => {
    expect((await ids([['10.0.0.0/8'], ['10.0.0.0/9']]))[1]).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('matches the request of a version without this field, which is a request without a list', async () => {
    const more = key();
    const { body } = await gateway.create({ ...admin.headers, ...more }, {});
    for (const list of [undefined, null, []])
      expect((await create(list, more)).body.data.id).toBe(body.data.id);
  });
});
