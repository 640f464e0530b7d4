import { randomUUID } from 'node:crypto';
import type { Answer, Gateway } from '../../harness/gateway.js';

export const newKey = () => `test-key-${randomUUID()}`;

/** Makes an administrator of a new tenant, with an idempotency key. */
export async function keyedAdmin(gateway: Gateway, fields?: Parameters<Gateway['createTenant']>[0]) {
  const tenant = await gateway.createTenant(fields);
  const key = newKey();
  const plain = await gateway.as('tenant_admin', tenant);
  return { tenant, key, plain, headers: { ...plain, 'idempotency-key': key } };
}

/** Returns how many accounts a tenant has, by its stored count and by its rows. */
export async function countsOf(gateway: Gateway, tenant: string) {
  const [counts] = await gateway.sql<{ count: number; rows: number }>(
    `select service_account_count as count,
      (select count(*)::int from service_account where tenant_id = tenant.id) as rows
     from tenant where id = $1`,
    [tenant],
  );
  return counts;
}

export const isReplay = ({ headers }: Pick<Answer, 'headers'>) =>
  headers.get('idempotency-replayed') === 'true';
