import { actorFrom } from '../../platform/audit/insert-events.js';
import { removeAccountsSql } from '../../platform/cleanup/remove-accounts.sql.js';
import { tenantColumns } from './tenant.entity.js';

/** Locks the deleted accounts of a tenant, unless the tenant has accounts that are not deleted. */
export const lockDeletedSql = `
  select count(*) from (
    select from service_account account join tenant on tenant.id = account.tenant_id
    where tenant.id = $1 and service_account_count = 0 and account.status = 'deleted'
    order by account.id for update of account
  ) locked`;

/** Locks the tenant's row, so that no account is created or restored in the tenant. */
export const lockTenantSql = `select service_account_count as count from tenant where id = $1 for update`;

/**
 * Locks the accounts that were deleted after `lockDeletedSql` and before `lockTenantSql`. Returns whether all accounts
 * of the tenant are now locked. The statement skips locked accounts: a transaction that has locked the tenant's row
 * must not wait for an account.
 */
export const lockRestSql = `
  select
    (select count(*) from service_account where tenant_id = $1) =
      (select count(*) from (select from service_account where tenant_id = $1 for update skip locked) locked)
    as "areLocked"`;

/** Removes the accounts of a tenant. */
export const removeDeletedSql = removeAccountsSql(
  'select id from service_account where tenant_id = $2',
  actorFrom('$1'),
);

/**
 * Deletes the tenant and returns it as it was. PostgreSQL deletes the external IDs after the statement, which can
 * therefore still read them.
 */
export const deleteTenantSql = `
  with deleted as (
    delete from tenant where id = $1 returning *, (
      select coalesce(jsonb_agg(external order by realm, id), '[]')
      from (select realm, external_id as id from tenant_external_id where tenant_id = $1) external
    ) as external_ids
  )
  select ${tenantColumns}, external_ids as "externalIds" from deleted tenant`;
