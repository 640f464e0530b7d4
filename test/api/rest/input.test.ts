import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

const label = (key: unknown, value: unknown = 'x') => ({ labels: [{ key, value }] });
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

test.each<[string, Record<string, unknown>]>([
  ['color', { color: 'red' }],
  ['Name', { Name: 'x' }],
  ['__proto__', JSON.parse('{"__proto__":{"name":"x"}}')],
  ['constructor', { constructor: 'x' }],
  ['clientId', { clientId: 'sa_client_000000000000' }],
  ['name', { name: '' }],
  ['name', { name: ' ' }],
  ['name', { name: ' x' }],
  ['name', { name: 'x ' }],
  ['name', { name: 'x'.repeat(101) }],
  ['name', { name: 'two\nlines' }],
  ['name', { name: 'nul\0' }],
  ['name', { name: 'right\u202eleft' }],
  ['name', { name: 'zero\u200bwidth' }],
  ['name', { name: 'half \ud83d' }],
  ['name', { name: 5 }],
  ['name', { name: {} }],
  ['description', { description: 'x'.repeat(1001) }],
  ['description', { description: 'bell\x07' }],
  ['description', { description: ['x'] }],
  ['owner', { owner: 'x'.repeat(256) }],
  ['owner', { owner: 'two\nlines' }],
  ['owner', { owner: true }],
  ['contact', { contact: '' }],
  ['contact', { contact: 'nobody' }],
  ['contact', { contact: 'Ada <ada@example.com>' }],
  ['contact', { contact: `${'x'.repeat(250)}@example.com` }],
  ['contact', { contact: true }],
  ['labels', { labels: 'team' }],
  ['labels', { labels: many(33, (index) => ({ key: `key${index}`, value: '' })) }],
  ['labels', { labels: many(2, () => ({ key: 'same', value: '' })) }],
  ['labels.0', { labels: [null] }],
  ['labels.0.key', { labels: [{ value: 'x' }] }],
  ['labels.0.value', { labels: [{ key: 'team' }] }],
  ['labels.0.color', { labels: [{ key: 'team', value: 'x', color: 'red' }] }],
  ['labels.0.key', label('')],
  ['labels.0.key', label('-team')],
  ['labels.0.key', label('team.')],
  ['labels.0.key', label('te am')],
  ['labels.0.key', label('x'.repeat(64))],
  ['labels.0.key', label('__proto__')],
  ['labels.0.key', label(5)],
  ['labels.0.value', label('team', 'x'.repeat(256))],
  ['labels.0.value', label('team', 'two\nlines')],
  ['labels.0.value', label('team', null)],
  [
    'labels.1.key',
    {
      labels: [
        { key: 'team', value: '' },
        { key: '', value: '' },
      ],
    },
  ],
  ['permissions', { permissions: 5 }],
  ['permissions', { permissions: [''] }],
  ['permissions', { permissions: ['api'] }],
  ['permissions', { permissions: ['api:*'] }],
  ['permissions', { permissions: ['API:READ'] }],
  ['permissions', { permissions: ['api:read', 'api:read'] }],
  ['permissions', { permissions: many(101, (index) => `api:${index}`) }],
  ['permissions.0', { permissions: [null] }],
  ['permissions.1', { permissions: ['api:read', 5] }],
  ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
  ['expiresAt', { expiresAt: 'tomorrow' }],
  ['expiresAt', { expiresAt: '2999-01-01' }],
  ['expiresAt', { expiresAt: '2999-02-30T00:00:00Z' }],
  ['expiresAt', { expiresAt: '+010000-01-01T00:00:00Z' }],
  ['expiresAt', { expiresAt: 8.64e15 }],
  ['expiresAt', { expiresAt: true }],
  ['tokenLifetimeSeconds', { tokenLifetimeSeconds: 59 }],
  ['tokenLifetimeSeconds', { tokenLifetimeSeconds: 3601 }],
  ['tokenLifetimeSeconds', { tokenLifetimeSeconds: 1.5 }],
  ['tokenLifetimeSeconds', { tokenLifetimeSeconds: '600' }],
  ['ipAllowlist', { ipAllowlist: many(51, (index) => `192.0.2.${index}`) }],
  ['ipAllowlist.1', { ipAllowlist: ['192.0.2.1', '10.0.0.5/8'] }],
  ['ipAllowlist.0', { ipAllowlist: [null] }],
  ['ipAllowlist.0', { ipAllowlist: [5] }],
])('%s is named for %j', async (field, input) => {
  const { status, body } = await gateway.create(headers, input);
  expect({ status, code: body.code, details: body.details }).toEqual({
    status: 400,
    code: 'BAD_USER_INPUT',
    details: { field },
  });
  expect(body.message).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}: \\S`));
});

test.each<Record<string, unknown>>([
  { name: 'x'.repeat(100) },
  { name: '\u{1f680}'.repeat(50) },
  {
    name: null,
    description: null,
    owner: null,
    contact: null,
    labels: null,
    permissions: null,
    expiresAt: null,
    tokenLifetimeSeconds: null,
    ipAllowlist: null,
  },
  { description: 'x'.repeat(1000) },
  { description: '' },
  { description: 'two\r\nlines\tand a tab' },
  { owner: 'x'.repeat(255) },
  { contact: `${'x'.repeat(64)}@${'y'.repeat(60)}.example.com` },
  { labels: [] },
  { labels: many(32, (index) => ({ key: `key${index}`, value: '' })) },
  label('x'.repeat(63), 'x'.repeat(255)),
  label('example.com/cost-center_1', '\u00e9'),
  label('constructor'),
  { permissions: [] },
  { expiresAt: '2999-01-01T00:00:00+01:00' },
  { expiresAt: '9999-12-31T23:59:59.999Z' },
  { tokenLifetimeSeconds: 60 },
  { tokenLifetimeSeconds: 3600 },
  { ipAllowlist: [] },
  { ipAllowlist: many(50, (index) => `192.0.2.${index}`) },
])('%j is fine', async (input) => {
  expect((await gateway.create(headers, input)).status).toBe(200);
});

test('what was refused created nothing', async () => {
  const rows = await gateway.sql(
    `select (select count(*)::int from service_account) as accounts, service_account_count as count,
      (select count(*)::int from audit_event) as events from tenant where id = $1`,
    [tenant],
  );
  expect(rows).toEqual([{ accounts: 20, count: 20, events: 20 }]);
});
