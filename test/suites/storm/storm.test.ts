import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type Deed, deeds, type Storm } from './clients-at-once.js';

const clients = 20;
const requests = 2_500;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** The codes that an answer may have. Other clients cause each of the refusals. */
const expected = ['OK', 'TENANT_SUSPENDED', 'LIMIT_REACHED', 'SERVICE_UNAVAILABLE'];

/** Counts the stored state of the tenant and the events about it, which have to agree. */
const counted = `
  select
    service_account_count as count,
    (select count(*)::int from service_account where tenant_id = tenant.id and status <> 'deleted') as accounts,
    (select sum(version)::int from service_account where tenant_id = tenant.id) as versions,
    (select count(*)::int from audit_event
     where tenant_id = tenant.id and target like 'sa-%'
       and action ~ 'create$|disable|enable|delete|set_permissions') as "accountEvents",
    (select count(*)::int from service_account_secret secret
     join service_account account on account.id = service_account_id where tenant_id = tenant.id) as secrets,
    (select count(*)::int from audit_event
     where tenant_id = tenant.id and action ~ '\\.(create|rotate_secret)$') as "secretEvents",
    (select count(*)::int from service_account_secret secret
     join service_account account on account.id = service_account_id
     where tenant_id = tenant.id and revoked_at is not null) as revoked,
    (select coalesce(sum(jsonb_array_length(after -> 'secrets')), 0)::int from audit_event
     where tenant_id = tenant.id and action = 'service_account.revoke_all_secrets') as "revokedAtOnce",
    (select coalesce(sum(jsonb_array_length(after -> 'revokedSecrets')), 0)::int from audit_event
     where tenant_id = tenant.id and action = 'service_account.delete') as "revokedByDeletion",
    (select coalesce(sum(jsonb_array_length(after -> 'ended')), 0)::int from audit_event
     where tenant_id = tenant.id and action = 'service_account.rotate_secret'
       and after -> 'overlapSeconds' = '0') as "revokedByRotation",
    (select count(*)::int from audit_event
     where target = tenant.id::text and action in ('tenant.suspend', 'tenant.resume')) as "statusEvents",
    (select count(*)::int from audit_event where tenant_id = tenant.id and action = 'service_account.delete') as deletions,
    (select count(*)::int from service_account where tenant_id = tenant.id and status = 'deleted') as deleted
  from tenant where id = $1`;

test('whatever 20 clients do at the same time, count and audit log tell it exactly', async () => {
  const tenant = await gateway.createTenant({ limit: 60 });
  const headers = await gateway.as('tenant_admin', tenant);
  const storm: Storm = { gateway, headers, tenant, ids: [], made: 0, revoked: 0 };
  const outcomes = new Map<string, number>();
  let left = requests;

  const client = async () => {
    while (left-- > 0) {
      const deed = deeds[Math.floor(Math.random() * deeds.length)] as Deed;
      const { status, code } = await deed(storm);
      const label = `${status} ${code}`;
      outcomes.set(label, (outcomes.get(label) ?? 0) + 1);
      if (!expected.includes(code)) return;
    }
  };
  const owner = await gateway.as('super_admin', tenant);
  let statusChanges = 0;
  const change = async (to: 'suspend' | 'resume') => {
    const path = `/api/v1/admin/tenant/${tenant}/${to}`;
    const { status } = await gateway.request(path, { method: 'POST', headers: owner });
    // A request that waits too long for its turn has changed nothing.
    if (status === 200) statusChanges += 1;
    return status === 200;
  };
  const weather = async () => {
    while (left > 0) {
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 300));
      if (!(await change('suspend'))) continue;
      await new Promise((resolve) => setTimeout(resolve, 100));
      while (!(await change('resume')));
    }
  };
  await Promise.all([...Array.from({ length: clients }, client), weather()]);

  for (const label of outcomes.keys()) {
    const [status, code = ''] = label.split(' ');
    expect(expected).toContain(code);
    if (Number(status) >= 500) expect(label).toBe('503 SERVICE_UNAVAILABLE');
  }
  expect(outcomes.get('200 OK')).toBeGreaterThan(clients);
  // There must be no deadlock (SQLSTATE 40P01), in which PostgreSQL ends one of the statements.
  expect(gateway.log.filter((line) => /40P01|Request failed with an unexpected error/.test(line))).toEqual(
    [],
  );

  const [row] = await gateway.sql<Record<string, number>>(counted, [tenant]);
  expect(row).toEqual({
    ...row,
    count: row?.accounts,
    // The creation of an account has an event and makes version 1, and each change has an event and raises the version.
    accountEvents: row?.versions,
    secretEvents: row?.secrets,
    deletions: row?.deleted,
    revoked: Number(row?.revokedAtOnce) + Number(row?.revokedByDeletion) + Number(row?.revokedByRotation),
  });
  // The test can compare these numbers because every request got a response.
  expect(row?.revokedAtOnce).toBe(storm.revoked);
  expect(row?.secrets).toBe(storm.made);
  expect(row?.statusEvents).toBe(statusChanges);
  expect(row?.deletions).toBeGreaterThan(0);
  expect(statusChanges).toBeGreaterThan(0);
}, 180_000);
