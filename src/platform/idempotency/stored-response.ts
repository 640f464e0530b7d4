import { violatedConstraint } from '../database/database-errors.js';
import { type Database, prepared, run } from '../database/sql.js';
import { AppError } from '../errors.js';

/**
 * The columns of a stored response. Hashes and sealed secrets have one item for each pepper. All columns are null for a
 * request without an idempotency key.
 */
export interface StoredColumns {
  hashes: Buffer[] | null;
  fingerprint: Buffer | null;
  sealedSecrets: Buffer[] | null;
}

/** The error if a response is already stored under the idempotency key. The caller should receive that response. */
export class KeyIsUsed extends AppError {
  constructor() {
    super('CONFLICT', {
      message: 'The idempotency key is in use by another request. Retry this request.',
    });
  }
}

/**
 * Stores a response under its idempotency key, in the transaction of the operation. Does nothing without a key.
 * @param ids the UUIDs of what the response contains: its secrets, its public key or its trust
 * @param response the payload without its secrets, stored as JSON
 * @throws KeyIsUsed
 */
export async function storeResponse(
  on: Database,
  { hashes, fingerprint, sealedSecrets }: StoredColumns,
  ids: string[],
  response: unknown,
): Promise<void> {
  if (!hashes) return;
  const text = `
    insert into idempotency_key (hash, fingerprint, sealed_secret, secret_id, secret_ids, answer, expires_at)
    select hash, $2, sealed_secret, $4, $5, $6, now() + interval '10 minutes'
    from unnest($1::bytea[], $3::bytea[]) as key (hash, sealed_secret)`;
  const values = [hashes, fingerprint, sealedSecrets, ids[0], ids, JSON.stringify(response)];
  try {
    await run(on, { text, values });
  } catch (error) {
    throw violatedConstraint(error) === 'idempotency_key_pkey' ? new KeyIsUsed() : error;
  }
}

/** A stored response, and the facts that determine whether a retry may receive it. */
export interface StoredResponse {
  hash: Buffer;
  sealedSecret: Buffer;
  response: unknown;
  /** Whether the first request had the same input. */
  matches: boolean;
  tenantSuspended: boolean;
  /**
   * The UUIDs of the secrets, keys and trusts that are still valid and whose accounts are not deleted, or of such an
   * account that was created without a secret.
   */
  liveIds: string[];
  /** The UUIDs of these accounts. A response has one secret, key or trust of each account. */
  accountIds: string[];
  /** The creation time of the tenant, which responses stored by an earlier version do not contain. */
  tenantCreatedAt: Date;
}

const findSql = `
  with expired as (
    delete from idempotency_key where hash = any ($1::bytea[]) and expires_at <= now()
  ),
  found as (
    select
      key.hash, key.sealed_secret, key.answer, key.fingerprint = $2::bytea as matches,
      tenant.created_at as tenant_created_at,
      coalesce(tenant.status = 'suspended', false) as tenant_suspended,
      coalesce(key.secret_ids, array[key.secret_id]) as secret_ids
    from idempotency_key key left join tenant on tenant.id = $3::uuid
    where key.hash = any ($1::bytea[]) and key.expires_at > now()
    limit 1
  ),
  live as (
    select content.id, account.id as account_id
    from found
    cross join lateral (
      select id, service_account_id, revoked_at, expires_at from service_account_secret
      where id = any (found.secret_ids)
      union all
      select id, service_account_id, null, expires_at from service_account_key
      where id = any (found.secret_ids)
      union all
      select id, service_account_id, null, expires_at from service_account_trust
      where id = any (found.secret_ids)
      union all
      select id, id, null, null from service_account
      where id = any (found.secret_ids)
    ) content
    join service_account account on account.id = content.service_account_id
    where account.status <> 'deleted'
      and (content.revoked_at is null or content.revoked_at > now())
      and (content.expires_at is null or content.expires_at > now())
  )
  select hash, sealed_secret as "sealedSecret", answer as response, matches,
    tenant_suspended as "tenantSuspended", tenant_created_at as "tenantCreatedAt",
    array(select id from live) as "liveIds", array(select account_id from live) as "accountIds"
  from found`;

const find = prepared<StoredResponse>('find-stored-response', findSql);

/**
 * Finds the response that is stored under one of the hashes. Deletes an expired response, so that its key can be used
 * again.
 */
export async function findResponse(
  on: Database,
  hashes: Buffer[],
  fingerprint: Buffer,
  tenantId: string,
): Promise<StoredResponse | undefined> {
  const [response] = await find(on, [hashes, fingerprint, tenantId]);
  return response;
}

/**
 * Converts the times in a stored response back to dates. The names of all fields with a time end in `At`. Nested
 * objects do not change, because clients may have chosen the names in them, such as the keys of labels.
 */
export const restoreDates = <T extends object>(object: T): T =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      name.endsWith('At') && typeof value === 'string' ? new Date(value) : value,
    ]),
  ) as T;
