import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { superAdmin, trailOf } from './super-admin.js';

const mutation = `mutation ($input: CreateTenantInput!) {
  createTenant(input: $input) {
    tenant { id name status serviceAccountLimit serviceAccountCount remaining }
  }
}`;

let gateway: Gateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway({ SERVICE_ACCOUNT_LIMIT: '12' });
  const { authorization = '' } = await gateway.as('super_admin', randomUUID());
  headers = { authorization };
});
afterAll(() => gateway.close());

const create = (input: unknown) => gateway.graphql(headers, mutation, { input });
const tenants = async () => (await gateway.sql('select count(*)::int as n from tenant'))[0]?.n;

test('a super_admin creates a tenant, without a tenant header, and the gateway fills in the rest', async () => {
  const { body } = await create({ name: 'Acme Corporation' });
  expect(body).toEqual({
    data: {
      createTenant: {
        tenant: {
          id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
          name: 'Acme Corporation',
          status: 'ACTIVE',
          serviceAccountLimit: 12,
          serviceAccountCount: 0,
          remaining: 12,
        },
      },
    },
  });
});

test('it takes an id, which is kept in lower case, and a limit', async () => {
  const id = randomUUID();
  const { body } = await create({ id: id.toUpperCase(), name: 'Acme', serviceAccountLimit: 0 });
  expect(body.data.createTenant.tenant).toMatchObject({ id, serviceAccountLimit: 0, remaining: 0 });
});

test('an account can be created in it right away, and its limit holds', async () => {
  const { body } = await create({ name: 'Acme', serviceAccountLimit: 1 });
  const admin = await gateway.as('tenant_admin', body.data.createTenant.tenant.id);
  expect((await gateway.create(admin)).status).toBe(200);
  expect((await gateway.create(admin)).body.code).toBe('LIMIT_REACHED');
});

test('it is audited under the new tenant, in the same transaction', async () => {
  const id = randomUUID();
  await gateway.graphql({ ...headers, 'x-request-id': 'mine', 'user-agent': 'a test' }, mutation, {
    input: { id, name: 'Acme' },
  });
  const events = await gateway.sql(
    `select action, target, outcome, caller_realm, caller_id, caller_name, caller_email, request_id, ip,
      user_agent, before, after, occurred_at > now() - interval '1 minute' as recent
     from audit_event where tenant_id = $1`,
    [id],
  );
  expect(events).toEqual([
    {
      action: 'tenant.create',
      target: id,
      outcome: 'success',
      caller_realm: 'acme',
      caller_id: 'a super_admin',
      caller_name: 'Ada',
      caller_email: 'ada@example.com',
      request_id: 'mine',
      ip: '127.0.0.1',
      user_agent: 'a test',
      before: null,
      after: { name: 'Acme', serviceAccountLimit: 12, externalIds: [] },
      recent: true,
    },
  ]);
});

test('an id that is taken is a conflict, and leaves neither a change nor an event', async () => {
  const id = await gateway.createTenant({ name: 'First' });
  const { body } = await create({ id, name: 'Second' });
  expect(body.data).toEqual({ createTenant: null });
  expect(body.errors[0].extensions).toMatchObject({ code: 'CONFLICT', details: { field: 'id' } });
  expect(await gateway.sql('select name from tenant where id = $1', [id])).toEqual([{ name: 'First' }]);
  expect(await gateway.sql('select from audit_event where tenant_id = $1', [id])).toEqual([]);
});

test.each(['tenant_admin', 'tenant_viewer'] as const)('a %s may not', async (role) => {
  const before = await tenants();
  const { body } = await gateway.graphql(await gateway.as(role, randomUUID()), mutation, {
    input: { name: 'Mine' },
  });
  expect(body.errors[0]).toMatchObject({
    message: 'User lacks permission to create tenants, which requires super_admin',
    extensions: { code: 'FORBIDDEN' },
  });
  expect(await tenants()).toBe(before);
});

test.each<[string, unknown]>([
  ['id', { id: 'acme', name: 'Acme' }],
  ['id', { id: '', name: 'Acme' }],
  ['name', {}],
  ['name', { name: null }],
  ['name', { name: '' }],
  ['name', { name: ' Acme' }],
  ['name', { name: 'two\nlines' }],
  ['name', { name: 'x'.repeat(101) }],
  ['serviceAccountLimit', { name: 'Acme', serviceAccountLimit: -1 }],
  ['serviceAccountLimit', { name: 'Acme', serviceAccountLimit: 1.5 }],
  ['serviceAccountLimit', { name: 'Acme', serviceAccountLimit: 2 ** 31 }],
  ['serviceAccountLimit', { name: 'Acme', serviceAccountLimit: '5' }],
  ['color', { name: 'Acme', color: 'red' }],
  ['input', undefined],
])('%s is named for %j, and nothing is created', async (field, input) => {
  const before = await tenants();
  const { body } = await create(input);
  expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  expect(await tenants()).toBe(before);
});

test('an idempotency key is refused and not passed over: it would make nothing safe', async () => {
  const before = await tenants();
  const keyed = { ...headers, 'idempotency-key': randomUUID() };
  const { body } = await gateway.graphql(keyed, mutation, { input: { name: 'Acme' } });
  expect(body.errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', details: { field: 'idempotency-key' } } },
  ]);
  expect(await tenants()).toBe(before);
});

test('a tenant is created over REST, in the envelope of all others', async () => {
  const operator = await superAdmin(gateway);
  const { status, body } = await operator.rest('POST', '', { name: 'cafe\u0301', serviceAccountLimit: 5 });
  expect(status).toBe(200);
  expect(body.message).toBe('Tenant created successfully');
  expect(body.data).toMatchObject({ name: 'caf\u00e9', status: 'active', remaining: 5 });
  expect(Math.abs(Date.parse(body.data.createdAt) - Date.now())).toBeLessThan(60_000);
  expect(await trailOf(gateway, body.data.id)).toMatchObject([{ action: 'tenant.create' }]);
});
