import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type SuperAdmin, superAdmin } from './super-admin.js';

const query = '{ tenant { id name status serviceAccountLimit serviceAccountCount remaining } }';

let gateway: Gateway;
let operator: SuperAdmin;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await superAdmin(gateway);
});
afterAll(() => gateway.close());

test.each(['super_admin', 'tenant_admin', 'tenant_viewer'] as const)('a %s reads it', async (role) => {
  const tenant = await gateway.createTenant({ name: 'Acme', limit: 3 });
  await gateway.create(await gateway.as('tenant_admin', tenant));
  const { body } = await gateway.graphql(await gateway.as(role, tenant), query);
  expect(body).toEqual({
    data: {
      tenant: {
        id: tenant,
        name: 'Acme',
        status: 'ACTIVE',
        serviceAccountLimit: 3,
        serviceAccountCount: 1,
        remaining: 2,
      },
    },
  });
});

test('a suspended tenant can be read, and a tenant with more accounts than its limit has nothing left', async () => {
  const tenant = await gateway.createTenant({ status: 'suspended', limit: 1 });
  await gateway.sql('update tenant set service_account_count = 2 where id = $1', [tenant]);
  const { body } = await gateway.graphql(await gateway.as('tenant_viewer', tenant), query);
  expect(body.data.tenant).toMatchObject({ status: 'SUSPENDED', remaining: 0 });
});

test('a tenant that does not exist is not found by callers that may reach it, and denied to others', async () => {
  const nowhere = randomUUID();
  const { authorization = '' } = await gateway.as('tenant_admin', await gateway.createTenant());
  const codeFor = async (headers: Record<string, string>) =>
    (await gateway.graphql({ ...headers, 'x-tenantid': nowhere }, query)).body.errors[0].extensions.code;
  expect(await codeFor(await gateway.as('tenant_viewer', nowhere))).toBe('NOT_FOUND');
  expect(await codeFor(await gateway.as('super_admin', randomUUID()))).toBe('NOT_FOUND');
  expect(await codeFor({ authorization })).toBe('FORBIDDEN');
  expect(await codeFor({})).toBe('UNAUTHENTICATED');
});

test.each([undefined, '', 'acme', '3fa85f64-5717-4562-b3fc-2c963f66afa'])(
  'the tenant header %j is bad input',
  async (tenantId) => {
    const { authorization = '' } = await gateway.as('super_admin', randomUUID());
    const headers: Record<string, string> = tenantId === undefined ? {} : { 'x-tenantid': tenantId };
    const { body } = await gateway.graphql({ authorization, ...headers }, query);
    expect(body.errors[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'x-tenantid' },
    });
  },
);

test('one of them is read by its id, in capitals, too', async () => {
  const id = await gateway.createTenant({ name: 'Mine', limit: 3, status: 'suspended' });
  const { tenantById } = await operator.run(
    'query ($id: ID!) { tenantById(id: $id) { id name status remaining createdAt } }',
    { id: id.toUpperCase() },
  );
  expect(tenantById).toMatchObject({ id, name: 'Mine', status: 'SUSPENDED', remaining: 3 });
  const { body } = await operator.rest('GET', `/${id}`);
  expect(body.data).toMatchObject({ id, status: 'suspended', createdAt: tenantById.createdAt });
  expect(Object.keys(body.data)).toEqual([
    'id',
    'name',
    'status',
    'serviceAccountLimit',
    'serviceAccountCount',
    'remaining',
    'secretMaxAgeDays',
    'maxTokenLifetimeSeconds',
    'externalIds',
    'createdAt',
  ]);
});
