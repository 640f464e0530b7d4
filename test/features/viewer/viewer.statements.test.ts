import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CountingGateway, startCountingGateway } from '../../harness/counting-gateway.js';

let gateway: CountingGateway;
beforeAll(async () => {
  gateway = await startCountingGateway();
});
afterAll(() => gateway.close());

test('the tenants of a viewer and the roles in them are read once', async () => {
  const headers = await gateway.as('tenant_viewer', await gateway.createTenant());
  gateway.statements.count = 0;
  const query =
    '{ viewer { roles tenants { id } again: tenants { name } tenantRoles { roles tenant { id } } } }';
  const { body } = await gateway.graphql(headers, query);
  expect(body.data.viewer.tenantRoles).toHaveLength(1);
  expect(gateway.statements.count).toBe(1);
});
