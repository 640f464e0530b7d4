import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.create(await gateway.as('tenant_admin', await gateway.createTenant()));
});
afterAll(() => gateway.close());

test.each([
  `update audit_event set outcome = 'denied'`,
  'update audit_event set id = id where false',
  'delete from audit_event',
  'truncate audit_event',
  `insert into audit_event select * from audit_event
    on conflict (occurred_at, id) do update set outcome = 'denied'`,
  `merge into audit_event using audit_event as other on audit_event.id = other.id when matched then delete`,
])('the database refuses: %s', async (statement) => {
  const before = await gateway.sql('select * from audit_event');
  expect(before).toHaveLength(1);
  await expect(gateway.sql(statement)).rejects.toThrow('audit_event is append-only');
  expect(await gateway.sql('select * from audit_event')).toEqual(before);
});

test('an event is written with its change or not at all', async () => {
  const tenant = await gateway.createTenant();
  await gateway.sql(`alter table audit_event add constraint nothing_more check (tenant_id <> '${tenant}')`);
  const { status } = await gateway.create(await gateway.as('tenant_admin', tenant));
  expect(status).toBe(500);
  expect(await gateway.sql('select from service_account where tenant_id = $1', [tenant])).toEqual([]);
  const rows = await gateway.sql('select service_account_count as count from tenant where id = $1', [tenant]);
  expect(rows).toEqual([{ count: 0 }]);
});
