import type { Gateway } from '../../harness/gateway.js';

/** A service account that is there, for operations to be about. */
export interface Account {
  id: string;
  name: string;
  clientId: string;
  /** Its only secret. */
  secretId: string;
  /** An entry of the catalogue that nobody has. */
  permission: string;
  /** The audit event of its creation. */
  eventId: string;
  /** Another one for each account, from 1. */
  number: number;
  /** Empty tenants beside the account's own: one that is active, and one that is suspended. */
  tenantId: string;
  suspendedTenantId: string;
}

export type State = 'active' | 'disabled' | 'deleted';

let made = 0;

/**
 * Creates an account, and brings it into a state.
 * @param headers of an admin of its tenant
 */
export async function createAccount(
  { graphql, request, sql, createTenant }: Gateway,
  headers: Record<string, string>,
  state: State = 'active',
): Promise<Account> {
  const number = ++made;
  const name = `account ${number}`;
  const { body } = await graphql(
    headers,
    `mutation { createServiceAccount(input: { name: "${name}" }) { serviceAccount { id clientId secrets { id } } } }`,
  );
  const { id, clientId, secrets } = body.data.createServiceAccount.serviceAccount;
  const path = `/api/v1/admin/service-account/${id}`;
  if (state === 'disabled') await request(`${path}/disable`, { method: 'POST', headers });
  if (state === 'deleted') await request(path, { method: 'DELETE', headers });
  const permission = `thing-${number}:use`;
  await sql('insert into permission (name, description) values ($1, $1) on conflict do nothing', [
    permission,
  ]);
  const [event] = await sql<{ id: string }>(
    `select 'audit-' || id as id from audit_event where target = $1 and action = 'service_account.create'`,
    [id],
  );
  const tenantId = await createTenant({ name: `beside ${name}` });
  const suspendedTenantId = await createTenant({ name: `beside ${name}`, status: 'suspended' });
  // The newest are listed first: which of two of the same millisecond, chance would say.
  await sql(`update tenant set created_at = created_at - interval '1 minute' where id = $1`, [
    suspendedTenantId,
  ]);
  return {
    id,
    name,
    clientId,
    secretId: secrets[0].id,
    permission,
    eventId: event?.id ?? '',
    number,
    tenantId,
    suspendedTenantId,
  };
}

/** Everything that is stored, a line for each row, but for what was denied, which is recorded. */
export async function rowsOf(gateway: Gateway): Promise<string> {
  const lines = (table: string, where = 'true') =>
    `select to_jsonb(${table})::text as line from ${table} where ${where}`;
  const tables = [
    lines('tenant'),
    lines('service_account'),
    lines('service_account_secret'),
    lines('idempotency_key'),
    lines('permission'),
    lines('audit_event', `outcome = 'success'`),
  ];
  const [row] = await gateway.sql<{ lines: string }>(
    `select string_agg(line, e'\\n' order by line) as lines from (${tables.join(' union all ')}) stored`,
  );
  return row?.lines ?? '';
}
