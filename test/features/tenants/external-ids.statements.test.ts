import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CountingGateway, startCountingGateway } from '../../harness/counting-gateway.js';

let gateway: CountingGateway;
let tenants: string[];
beforeAll(async () => {
  gateway = await startCountingGateway();
  tenants = await Promise.all(Array.from({ length: 100 }, () => gateway.createTenant()));
  await gateway.sql(`insert into tenant_external_id select 'acme', id::text || n, id
    from tenant, generate_series(1, 50) n`);
});
afterAll(() => gateway.close());

const read = async (claims: object, query: string) => {
  const authorization = `Bearer ${await gateway.issuer.sign({ ...claims })}`;
  const headers = { authorization, 'x-tenantid': tenants[0] ?? '' };
  gateway.statements.count = 0;
  const { body } = await gateway.graphql(headers, query);
  expect(body.errors).toBeUndefined();
  return { data: body.data, count: gateway.statements.count };
};

test.each([
  [
    'the list of tenants',
    { roles: ['super_admin'] },
    '{ tenants(first: 100) { nodes { externalIds { realm id } } } }',
    (data: { tenants: { nodes: unknown[] } }) => data.tenants.nodes,
  ],
  [
    'the tenants of a viewer',
    { roles: ['tenant_viewer'] },
    '{ viewer { tenants { id name externalIds { realm id } } } }',
    (data: { viewer: { tenants: unknown[] } }) => data.viewer.tenants,
  ],
])(
  '%s takes a statement for 100 tenants and one for all external IDs',
  async (_what, claims, query, listOf) => {
    const { data, count } = await read({ ...claims, tenants }, query);
    const list = listOf(data) as { externalIds: unknown[] }[];
    expect(list.map(({ externalIds }) => externalIds.length)).toEqual(Array(100).fill(50));
    expect(count).toBe(2);
  },
);

test('the accounts of a tenant take one for all external IDs of the tenant', async () => {
  const admin = await gateway.as('tenant_admin', tenants[0] ?? '');
  for (let n = 0; n < 3; n++) await gateway.create(admin);
  const { data, count } = await read(
    { roles: ['tenant_viewer'], tenants },
    '{ serviceAccounts(first: 100) { nodes { tenant { externalIds { id } } } } }',
  );
  for (const { tenant } of data.serviceAccounts.nodes) expect(tenant.externalIds).toHaveLength(50);
  expect(data.serviceAccounts.nodes).toHaveLength(3);
  expect(count).toBe(2);
});
