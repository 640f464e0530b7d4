import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Moves the creation of an account and its secret into the past. */
const older = (id: string, days: number) =>
  gateway.sql(
    `with account as (
       update service_account set created_at = now() - make_interval(days => $2) where id = $1 returning *
     )
     update service_account_secret set created_at = account.created_at from account
     where service_account_id = account.id`,
    [id.slice(3), days],
  );

test('secrets that are older than the tenant wants are overdue, and their accounts are listed', async () => {
  const careful = await somebody(gateway);
  const [{ id }, young] = [await careful.create({ name: 'old' }), await careful.create({ name: 'young' })];
  await older(id, 91);
  await older(young.id, 89);
  const look = async () =>
    await careful.run(`{
        overdue: serviceAccounts(filter: { secretOverdue: true }) { nodes { name secrets { overdue } tenant { secretMaxAgeDays } } }
        others: serviceAccounts(filter: { secretOverdue: false }) { nodes { name } }
      }`);
  expect(await look()).toEqual({
    overdue: { nodes: [] },
    others: { nodes: [{ name: 'young' }, { name: 'old' }] },
  });
  const set = (days: number | null) =>
    careful.run(
      'mutation ($days: Int) { setTenantSecretMaxAge(input: { days: $days }) { tenant { secretMaxAgeDays } } }',
      { days },
    );
  expect(await set(90)).toEqual({ setTenantSecretMaxAge: { tenant: { secretMaxAgeDays: 90 } } });
  await set(90);
  expect(await look()).toEqual({
    overdue: { nodes: [{ name: 'old', secrets: [{ overdue: true }], tenant: { secretMaxAgeDays: 90 } }] },
    others: { nodes: [{ name: 'young' }] },
  });
  await careful.rest('POST', `/${id}/rotate-secret`, { overlapSeconds: 0 });
  expect((await look()).overdue).toEqual({ nodes: [] });
  await set(null);
  expect(
    await gateway.sql(
      `select before, after from audit_event where action = 'tenant.set_secret_max_age' and tenant_id = $1 order by occurred_at`,
      [careful.tenant],
    ),
  ).toEqual([
    { before: { secretMaxAgeDays: null }, after: { secretMaxAgeDays: 90 } },
    { before: { secretMaxAgeDays: 90 }, after: { secretMaxAgeDays: null } },
  ]);
});
