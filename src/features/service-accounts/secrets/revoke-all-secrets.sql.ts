import { actorFrom, insertEventsSql } from '../../../platform/audit/insert-events.js';
import { publicIdSql } from '../../../platform/ids.js';
import { isRevocableSql } from './stored-secrets.js';

/**
 * SQL for whether to revoke a secret. It includes an expired secret whose access tokens can still be valid, and
 * excludes a secret that was not created before the given time.
 */
const isToRevoke = `${isRevocableSql} and ($2::timestamptz is null or secret.created_at < $2)`;

/** Locks the accounts in the order of their IDs, as every transaction on several accounts does. */
export const lockAccountsSql = `
  select count(*) from (
    select from service_account account
    where tenant_id = $1 and exists (
      select from service_account_secret secret where service_account_id = account.id and ${isToRevoke}
    )
    order by id for update
  ) locked`;

/**
 * Revokes the secrets and records an audit log entry for each account. `lockAccountsSql` has locked the accounts. An
 * account that got a secret since then is included unless another transaction has locked it. Waiting for that lock
 * could cause a deadlock, because a transaction that deletes an account waits for the tenant's row.
 */
export const revokeAllSql = `
  with account as (
    select id from service_account account
    where tenant_id = $1 and exists (
      select from service_account_secret secret where service_account_id = account.id and ${isToRevoke}
    )
    for update skip locked
  ),
  revoked as (
    update service_account_secret secret set revoked_at = statement_timestamp()
    from account where service_account_id = account.id and ${isToRevoke}
    returning service_account_id as account_id, secret.id
  ),
  by_account as (
    select account_id, jsonb_agg(${publicIdSql('ServiceAccountSecret', 'id')} order by id) as secrets from revoked group by account_id
  ),
  event as (${insertEventsSql({
    actor: actorFrom('$3'),
    action: `'service_account.revoke_all_secrets'`,
    tenantId: '$1',
    target: publicIdSql('ServiceAccount', 'account_id'),
    after: `jsonb_build_object('secrets', secrets)`,
    from: 'by_account',
  })}
  )
  select count(*)::integer as count from revoked`;
