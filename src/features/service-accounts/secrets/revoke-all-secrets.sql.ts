import { eventColumns } from '../../../platform/audit/event-values.js';
import { isRevocable } from './live.sql.js';

/** Secrets that are to end, or whose last tokens are: those made before a time, or all. */
const toEnd = `${isRevocable} and ($2::timestamptz is null or secret.created_at < $2)`;

/** In the order of their ids, as all who change several. */
export const lockAccountsSql = `
  with account as (
    select id from service_account account
    where tenant_id = $1 and exists (
      select from service_account_secret secret where service_account_id = account.id and ${toEnd}
    )
    order by id for update
  )
  select count(*) from account`;

/**
 * Ends the secrets, and records for each account which. By now nobody else holds the rows that the statement before
 * has locked. Others that have secrets since then are taken along, unless somebody is changing them: to wait for
 * those would be against the order, since who deletes one waits for the tenant's row.
 */
export const revokeAllSql = `
  with account as (
    select id from service_account account
    where tenant_id = $1 and exists (
      select from service_account_secret secret where service_account_id = account.id and ${toEnd}
    )
    for update skip locked
  ),
  revoked as (
    update service_account_secret secret set revoked_at = statement_timestamp()
    from account where service_account_id = account.id and ${toEnd}
    returning service_account_id as account_id, secret.id
  ),
  by_account as (
    select account_id, jsonb_agg('secret-' || id order by id) as secrets from revoked group by account_id
  ),
  event as (
    insert into audit_event (
      ${eventColumns}, occurred_at, id, tenant_id, action, target, outcome, after
    )
    select
      $3, $4, $5, $6, $7, $8, $9, statement_timestamp(), gen_random_uuid(), $1, 'service_account.revoke_all_secrets',
      'sa-' || account_id, 'success', jsonb_build_object('secrets', secrets)
    from by_account
  )
  select count(*)::integer as count from revoked`;
