import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let direct: Gateway;
let proxied: Gateway;
beforeAll(async () => {
  direct = await startGateway({ TRUST_PROXY: '0' });
  proxied = await startGateway({ TRUST_PROXY: '1' });
});
afterAll(() => Promise.all([direct.close(), proxied.close()]));

/** Creates an account. @returns its audit event, and the data of the answer */
async function createWith(gateway: Gateway, more: Record<string, string> = {}, input?: unknown) {
  const tenant = await gateway.createTenant();
  const { body } = await gateway.create({ ...(await gateway.as('tenant_admin', tenant)), ...more }, input);
  const events = await gateway.sql('select * from audit_event where tenant_id = $1', [tenant]);
  expect(events).toHaveLength(1);
  return { tenant, event: events[0], data: body.data };
}

test('a success has an event with who, what, where, when and what came of it', async () => {
  const more = { 'x-request-id': 'mine', 'user-agent': 'a test' };
  const input = {
    name: 'Export',
    description: 'Nightly',
    owner: 'Ops',
    contact: 'ops@example.com',
    tokenLifetimeSeconds: 300,
    ipAllowlist: ['198.51.100.0/24'],
    labels: [{ key: 'a', value: 'b' }],
  };
  const { tenant, event, data } = await createWith(direct, more, {
    ...input,
    permissions: ['api:read'],
    expiresAt: '2999-01-01T00:00:00Z',
  });
  expect(event).toEqual({
    occurred_at: new Date(data.createdAt),
    id: expect.stringMatching(/^[\da-f-]{13}-7/),
    tenant_id: tenant,
    caller_realm: 'acme',
    caller_id: 'a tenant_admin',
    caller_name: 'Ada',
    caller_email: 'ada@example.com',
    action: 'service_account.create',
    target: data.id,
    outcome: 'success',
    request_id: 'mine',
    ip: '127.0.0.1',
    user_agent: 'a test',
    before: null,
    after: {
      name: 'Export',
      description: 'Nightly',
      owner: 'Ops',
      contact: 'ops@example.com',
      tokenLifetimeSeconds: 300,
      ipAllowlist: ['198.51.100.0/24'],
      labels: { a: 'b' },
      clientId: data.clientId,
      secret: expect.stringMatching(/^secret-[\da-f-]{36}$/),
      permissions: ['api:read'],
      expiresAt: '2999-01-01T00:00:00.000Z',
    },
  });
});

test('the event holds nothing secret', async () => {
  const { event, data } = await createWith(direct);
  expect(JSON.stringify(event)).not.toContain(data.clientSecret);
  // Apart from the id of the secret, the event must not even mention one.
  expect(JSON.stringify(event).replace(/"secret":"secret-[\da-f-]{36}"/, '')).not.toMatch(
    /secret|hash|pepper|bearer/i,
  );
});

test('GraphQL is audited like REST', async () => {
  const tenant = await direct.createTenant();
  const headers = { ...(await direct.as('super_admin', tenant)), 'x-request-id': 'mine too' };
  await direct.graphql(headers, 'mutation { createServiceAccount { clientSecret } }');
  const events = await direct.sql(
    'select action, outcome, caller_id, request_id from audit_event where tenant_id = $1',
    [tenant],
  );
  // The request id has a space in it, so that the gateway replaces it.
  expect(events).toEqual([
    {
      action: 'service_account.create',
      outcome: 'success',
      caller_id: 'a super_admin',
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
    },
  ]);
});

test.each([
  [
    'the last address that the proxy added',
    { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' },
    '198.51.100.7',
  ],
  ['an address of IPv6', { 'x-forwarded-for': '2001:db8::7' }, '2001:db8::7'],
  ['the proxy, where it added none', {}, '127.0.0.1'],
])('with TRUST_PROXY=1 the ip is %s', async (_what, more, ip) => {
  expect((await createWith(proxied, more)).event?.ip).toBe(ip);
});

test('with TRUST_PROXY=0 nobody can make up an ip', async () => {
  const { event } = await createWith(direct, { 'x-forwarded-for': '198.51.100.7' });
  expect(event?.ip).toBe('127.0.0.1');
});

test('a user agent is cut to 255 characters', async () => {
  const { event } = await createWith(direct, { 'user-agent': 'x'.repeat(1_000) });
  expect(event?.user_agent).toBe('x'.repeat(255));
});
