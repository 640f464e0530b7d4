import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TenantOrderField } from '../../../../src/features/tenants/list/tenants.order.js';
import { listStatement } from '../../../../src/features/tenants/list/tenants.sql.js';
import { OrderDirection } from '../../../../src/platform/pagination/list-order.js';
import { createDatabase, sql } from '../../../harness/database.js';

let url: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ url, drop } = await createDatabase());
  await sql(
    url,
    `insert into tenant (id, name, service_account_limit, created_at)
     select gen_random_uuid(), 'Customer ' || n, 10, now() - n * interval '1 hour' from generate_series(1, 10000) n`,
  );
  await sql(url, 'analyze tenant');
});
afterAll(() => drop());

const orders: [TenantOrderField, string, unknown][] = [
  [TenantOrderField.CREATED_AT, 'tenant_created_index', new Date(Date.now() - 5000 * 60 * 60 * 1000)],
  [TenantOrderField.NAME, 'tenant_name_index', 'Customer 5'],
];

test.each(
  orders.flatMap(([field, index, value]) =>
    Object.values(OrderDirection).flatMap((direction) =>
      ['the first', 'another'].map((which) => ({ field, direction, index, value, which })),
    ),
  ),
)('$which page by $field $direction is read where it stands in $index', async (list) => {
  const { index, value, which, ...order } = list;
  const { text, values } = listStatement({
    filter: {},
    order,
    page: { size: 50, backward: false, cursor: undefined },
    position: which === 'another' ? [value, randomUUID()] : undefined,
  });
  const plan = (await sql(url, `explain ${text}`, values)).map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain(`using ${index}`);
  expect(plan).not.toMatch(/Sort|Seq/);
  if (which === 'another') expect(plan).toContain('Index Cond: (ROW(');
});
