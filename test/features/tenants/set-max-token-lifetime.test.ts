import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const mutation = `mutation ($input: SetTenantMaxTokenLifetimeInput!) {
  setTenantMaxTokenLifetime(input: $input) { tenant { maxTokenLifetimeSeconds } }
}`;
const shown = async () => (await admin.run('{ tenant { maxTokenLifetimeSeconds } }')).tenant;

test('an administrator sets and removes the maximum of the own tenant, and both are recorded', async () => {
  expect(await shown()).toEqual({ maxTokenLifetimeSeconds: null });
  const set = (input: Record<string, unknown>) => admin.run(mutation, { input });
  const tenant = { maxTokenLifetimeSeconds: 900 };
  expect(await set({ seconds: 900 })).toEqual({ setTenantMaxTokenLifetime: { tenant } });
  await set({ seconds: 900 });
  expect(await shown()).toEqual(tenant);
  await set({});
  expect(await shown()).toEqual({ maxTokenLifetimeSeconds: null });
  expect(
    await gateway.sql(
      `select caller_id, target, before, after from audit_event
       where action = 'tenant.set_max_token_lifetime' and tenant_id = $1 order by occurred_at`,
      [admin.tenant],
    ),
  ).toEqual(
    [
      { before: { maxTokenLifetimeSeconds: null }, after: tenant },
      { before: tenant, after: { maxTokenLifetimeSeconds: null } },
    ].map((change) => ({ caller_id: 'a tenant_admin', target: admin.tenant, ...change })),
  );
});

test('accounts show the maximum of their tenant, where they are created, changed and listed', async () => {
  const other = await somebody(gateway);
  await other.run(mutation, { input: { seconds: 300 } });
  const account = '{ serviceAccount { id tokenLifetimeSeconds tenant { maxTokenLifetimeSeconds } } }';
  const expected = { tokenLifetimeSeconds: 3600, tenant: { maxTokenLifetimeSeconds: 300 } };
  const { createServiceAccount } = await other.run(
    `mutation { createServiceAccount(input: { tokenLifetimeSeconds: 3600 }) ${account} }`,
  );
  expect(createServiceAccount.serviceAccount).toMatchObject(expected);
  const { disableServiceAccount } = await other.run(
    `mutation ($id: ID!) { disableServiceAccount(input: { id: $id }) ${account} }`,
    { id: createServiceAccount.serviceAccount.id },
  );
  expect(disableServiceAccount.serviceAccount).toMatchObject(expected);
  const { serviceAccounts } = await other.run(
    '{ serviceAccounts { nodes { tokenLifetimeSeconds tenant { maxTokenLifetimeSeconds } } } }',
  );
  expect(serviceAccounts.nodes).toEqual([expected]);
});
