import { newPublicKey } from '../../features/service-accounts/keys/key-calls.js';
import type { Gateway } from '../../harness/gateway.js';

/** A stored service account, and further ids that operations need. */
export interface Account {
  id: string;
  name: string;
  clientId: string;
  /** The id of the account's only secret. */
  secretId: string;
  clientSecret: string;
  /** The id of the account's only public key, which a deleted account has no more. */
  keyId: string;
  /** The id of the account's only trust, which a deleted account has no more. */
  trustId: string;
  /** A permission of the catalog that no account has. */
  permission: string;
  /** The URI of an audience of all tenants. */
  audience: string;
  /** The id of the audit event of the account's creation. */
  eventId: string;
  /** A number that differs for each account, from 1. */
  number: number;
  /** The id of an empty, active tenant other than the account's. */
  tenantId: string;
  suspendedTenantId: string;
}

export type State = 'active' | 'disabled' | 'deleted';

let made = 0;

/**
 * Creates an account, and brings it into a state.
 * @param headers the headers of an admin of its tenant
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
    `mutation { createServiceAccount(input: { name: "${name}" }) { serviceAccount { id clientId secrets { id } } clientSecret } }`,
  );
  const { serviceAccount, clientSecret } = body.data.createServiceAccount;
  const { id, clientId, secrets } = serviceAccount;
  const path = `/api/v1/admin/service-account/${id}`;
  const added = await request(`${path}/key`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ publicKey: newPublicKey() }),
  });
  const trusted = await request(`${path}/trust`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ issuer: 'ci', subject: `subject of ${name}` }),
  });
  if (state === 'disabled') await request(`${path}/disable`, { method: 'POST', headers });
  if (state === 'deleted') await request(path, { method: 'DELETE', headers });
  const permission = `thing-${number}:use`;
  await sql('insert into permission (name, description) values ($1, $1) on conflict do nothing', [
    permission,
  ]);
  const audience = `https://thing-${number}.example.com`;
  await sql(
    `insert into audience (uri_key, uri, name, permissions, created_at, updated_at)
     values ($1 || '/', $1, 'Thing', '{api:read}', now(), now()) on conflict do nothing`,
    [audience],
  );
  const [event] = await sql<{ id: string }>(
    `select 'audit-' || id as id from audit_event where target = $1 and action = 'service_account.create'`,
    [id],
  );
  const tenantId = await createTenant({ name: `beside ${name}` });
  const suspendedTenantId = await createTenant({ name: `beside ${name}`, status: 'suspended' });
  // The newest tenant is listed first, so that two tenants of the same millisecond would be in a random order.
  await sql(`update tenant set created_at = created_at - interval '1 minute' where id = $1`, [
    suspendedTenantId,
  ]);
  return {
    id,
    name,
    clientId,
    secretId: secrets[0].id,
    clientSecret,
    keyId: added.body.data.key.id,
    trustId: trusted.body.data.trust.id,
    permission,
    audience,
    eventId: event?.id ?? '',
    number,
    tenantId,
    suspendedTenantId,
  };
}

/** Returns all stored rows, one on each line, without the events of denied requests, which are always recorded. */
export async function rowsOf(gateway: Gateway): Promise<string> {
  const lines = (table: string, where = 'true') =>
    `select to_jsonb(${table})::text as line from ${table} where ${where}`;
  const tables = [
    lines('tenant'),
    lines('tenant_external_id'),
    lines('service_account'),
    lines('service_account_secret'),
    lines('service_account_key'),
    lines('service_account_trust'),
    lines('idempotency_key'),
    lines('permission'),
    lines('audience'),
    lines('audit_event', `outcome = 'success'`),
  ];
  const [row] = await gateway.sql<{ lines: string }>(
    `select string_agg(line, e'\\n' order by line) as lines from (${tables.join(' union all ')}) stored`,
  );
  return row?.lines ?? '';
}
