import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { holdIntervals, restoreClock } from '../../harness/clock.js';
import { createStatementCounter } from '../../harness/count-statements.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';

const statements = createStatementCounter();
let gateway: Gateway;
let proxy: DatabaseProxy;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url, statements.read);
    return proxy.url;
  };
  holdIntervals();
  gateway = await startGateway({}, { by });
});
afterAll(async () => {
  restoreClock();
  await gateway.close();
  await proxy.close();
});

test('the tenants of a viewer and the roles in them are read once', async () => {
  const headers = await gateway.as('tenant_viewer', await gateway.createTenant());
  statements.count = 0;
  const query =
    '{ viewer { roles tenants { id } again: tenants { name } tenantRoles { roles tenant { id } } } }';
  const { body } = await gateway.graphql(headers, query);
  expect(body.data.viewer.tenantRoles).toHaveLength(1);
  expect(statements.count).toBe(1);
});
