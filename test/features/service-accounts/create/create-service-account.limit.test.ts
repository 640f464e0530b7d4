import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { stopAll } from '../../../harness/gateway-process.js';
import { startTwoGateways } from '../../../harness/two-gateways.js';

let gateway: Gateway;
let two: Awaited<ReturnType<typeof startTwoGateways>>;
beforeAll(async () => {
  gateway = await startGateway();
  two = await startTwoGateways(gateway);
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

const createAtOnce = async (tenant: string, calls: number, input?: (index: number) => unknown) =>
  two.createAtOnce(await gateway.as('tenant_admin', tenant), calls, input);

const countsOf = async (tenant: string) => {
  const [counts] = await gateway.sql(
    `select service_account_count as count,
      (select count(*)::int from service_account where tenant_id = tenant.id) as accounts,
      (select count(distinct name)::int from service_account where tenant_id = tenant.id) as names
     from tenant where id = $1`,
    [tenant],
  );
  return counts;
};

test('of 200 calls at the same time to two gateways exactly the 50 that have a place get one', async () => {
  const tenant = await gateway.createTenant({ limit: 53 });
  const headers = await gateway.as('tenant_admin', tenant);
  for (let before = 0; before < 3; before++) await gateway.create(headers);

  const answers = await createAtOnce(tenant, 200);
  const created = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(created).toHaveLength(50);
  expect(refused).toHaveLength(150);
  for (const { status, body } of refused) {
    expect({ status, code: body.code, details: body.details }).toEqual({
      status: 409,
      code: 'LIMIT_REACHED',
      details: { limit: 53, count: 53 },
    });
  }
  expect(await countsOf(tenant)).toEqual({ count: 53, accounts: 53, names: 53 });
});

test('each account that was created at the same time has one secret and one audit event', async () => {
  const tenant = await gateway.createTenant({ limit: 20 });
  const answers = await createAtOnce(tenant, 40);
  const ids = answers.filter(({ status }) => status === 200).map(({ body }) => body.data.id);
  expect(new Set(ids).size).toBe(20);
  const rows = await gateway.sql<{ id: string; secrets: number; events: number }>(
    `select 'sa-' || id as id,
      (select count(*)::int from service_account_secret where service_account_id = account.id) as secrets,
      (select count(*)::int from audit_event where target = 'sa-' || account.id and outcome = 'success'
        and action = 'service_account.create' and tenant_id = account.tenant_id) as events
     from service_account account where tenant_id = $1`,
    [tenant],
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
  for (const row of rows) expect(row).toMatchObject({ secrets: 1, events: 1 });
  const events = await gateway.sql('select from audit_event where tenant_id = $1', [tenant]);
  expect(events).toHaveLength(20);
});

test('the last place goes to one, whatever else is wrong with the others', async () => {
  const tenant = await gateway.createTenant({ limit: 1 });
  const answers = await createAtOnce(tenant, 30, (index) => (index % 2 ? { name: 'export' } : {}));
  const codes = answers.map(({ body }) => body.code ?? 'created');
  expect(codes.filter((code) => code === 'created')).toHaveLength(1);
  expect(codes.filter((code) => !['created', 'LIMIT_REACHED', 'CONFLICT'].includes(code))).toEqual([]);
  expect(await countsOf(tenant)).toMatchObject({ count: 1, accounts: 1 });
});

test('a limit of 0 allows no account, and a lowered limit rejects accounts until there is a place again', async () => {
  const none = await gateway.createTenant({ limit: 0 });
  const [answer] = await createAtOnce(none, 1);
  expect(answer?.body).toMatchObject({ code: 'LIMIT_REACHED', details: { limit: 0, count: 0 } });

  const tenant = await gateway.createTenant({ limit: 3 });
  await createAtOnce(tenant, 3);
  await gateway.sql('update tenant set service_account_limit = 2 where id = $1', [tenant]);
  const [lowered] = await createAtOnce(tenant, 1);
  expect(lowered?.body).toMatchObject({ code: 'LIMIT_REACHED', details: { limit: 2, count: 3 } });
  await gateway.sql('update tenant set service_account_limit = 4 where id = $1', [tenant]);
  const [raised] = await createAtOnce(tenant, 1);
  expect(raised?.status).toBe(200);
});

test('tenants do not take places from each other', async () => {
  const tenants = await Promise.all([1, 2].map((limit) => gateway.createTenant({ limit })));
  await Promise.all(tenants.map((tenant) => createAtOnce(tenant, 10)));
  expect(await Promise.all(tenants.map(countsOf))).toEqual([
    { count: 1, accounts: 1, names: 1 },
    { count: 2, accounts: 2, names: 2 },
  ]);
});

test('both end with 0 when they are asked to', async () => {
  expect(await Promise.all(two.processes.map((one) => one.stop()))).toEqual([0, 0]);
});
