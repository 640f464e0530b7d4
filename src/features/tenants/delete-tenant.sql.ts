import { eventColumns } from '../../platform/audit/event-values.js';
import { removeAccounts } from '../service-accounts/remove-accounts.sql.js';
import { tenantColumns } from './tenant-columns.sql.js';

/** Locks the deleted accounts of a tenant that has no others: of another one none is touched. */
export const lockDeletedSql = `
  select count(*) from (
    select from service_account account join tenant on tenant.id = account.tenant_id
    where tenant.id = $1 and service_account_count = 0 and account.status = 'deleted'
    order by account.id for update of account
  ) locked`;

/** From here on nothing is created or restored in it. */
export const lockTenantSql = `select service_account_count as count from tenant where id = $1 for update`;

/** Locks what was deleted between the two, and tells whether it got all. Who has the tenant's row waits for no account. */
export const lockRestSql = `
  select
    (select count(*) from service_account where tenant_id = $1) =
      (select count(*) from (select from service_account where tenant_id = $1 for update skip locked) locked)
    as "areLocked"`;

export const removeDeletedSql = removeAccounts('select id from service_account where tenant_id = $8');

/** Answers with the tenant as it was. The parameters are those of `removeDeletedSql`, and the id of the event. */
export const deleteTenantSql = `
  with gone as (
    delete from tenant where id = $8 returning *
  ),
  event as (
    insert into audit_event (
      ${eventColumns}, occurred_at, id, tenant_id, action, target, outcome, before
    )
    select
      $1, $2, $3, $4, $5, $6, $7, statement_timestamp(), $9::uuid, id, 'tenant.delete', id::text, 'success',
      jsonb_build_object('name', name, 'serviceAccountLimit', service_account_limit, 'status', status,
        'secretMaxAgeDays', secret_max_age_days)
    from gone
  )
  select ${tenantColumns} from gone tenant`;
