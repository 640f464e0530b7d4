import { actorFrom, insertEventsSql } from '../../../platform/audit/insert-events.js';
import { columnList, type Database, prepared } from '../../../platform/database/sql.js';
import { publicIdSql } from '../../../platform/ids.js';
import { joinedTenantColumns } from '../../tenants/joined-tenant.js';
import { namesakeOf } from '../namesake.js';
import { accountColumns } from '../service-account.entity.js';
import { accountFieldNames, columnOf, snapshotSql } from '../stored-fields.js';
import { type TriedRow, valueTypes } from './creation.js';

/** SQL for the columns whose values the statement computes. All other values come from the input. */
const computedValues: Record<string, string> = {
  name: `coalesce(input.name, 'service-account-'
      || to_char(automatic_name_second at time zone 'UTC', 'YYYYMMDDHH24MISS')
      || case when automatic_name_number - automatic_names + automatic_place > 1
        then '-' || automatic_name_number - automatic_names + automatic_place else '' end)`,
  permissions: 'accepted.permissions',
};
const columns = accountFieldNames.map(columnOf);
const values = columns.map((column) => computedValues[column] ?? `input.${column}`);

/**
 * Creates service accounts of any tenants with one hand-written statement, in one round trip and one commit. It locks
 * the rows of the tenants and ranks the accounts of each tenant against the places that it has left. Only an account
 * that gets a place is counted and inserted, with its secret, its audit log entry and, if its request has an idempotency
 * key, the stored response. So the limit is exact for any number of concurrent requests and gateways. If the ID of a
 * secret is null, its account gets none.
 *
 * The statement returns a row for each account. If it did not create the account, `id` is null, and the snapshot of the
 * statement shows the reason. If the account is `valid`, it shows none, and the account must be tried again: the tenant
 * is locked or has changed, or other accounts of the statement took the last places.
 *
 * PostgreSQL expects 100 accounts, and would read all tenants or retired client IDs into a hash table to join them.
 * With `limit 1`, and with `is not null` instead of `exists`, it uses the indexes.
 * @param locked whether the statement skips tenants that another transaction has locked, or waits for them. If it waits,
 *   one tenant delays all others, and two statements can wait for each other.
 */
export const createServiceAccountsSql = (locked: 'skip' | 'wait'): string => `
  with input as materialized (
    select input.*, date_trunc('milliseconds', now()) as at
    from json_to_recordset($1::json) as input (${columnList(valueTypes)})
  ),
  findings as materialized (
    select
      input.id, input.tenant_id, input.name is null as is_automatic, skipped_names,
      tenant.status as tenant_status, service_account_limit as "limit", service_account_count as "count",
      granted.permissions,
      array(select unnest(input.permissions) except select unnest(granted.permissions)) as unknown_permissions,
      case when may_grant_restricted then '{}' else granted.restricted end as restricted_permissions,
      exists (${namesakeOf('input')}) as name_taken,
      exists (select from idempotency_key where idempotency_key.hash = any (input.key_hashes)) as key_used,
      (select true from retired_client_id where retired_client_id.client_id = input.client_id) is not null as retired
    from input
    cross join lateral (
      select
        coalesce(array_agg(permission.name order by permission.name), '{}') as permissions,
        coalesce(array_agg(permission.name order by permission.name) filter (where restricted), '{}') as restricted
      from permission
      where case when input.permissions is null then is_default else permission.name = any (input.permissions) end
    ) granted
    left join lateral (select * from tenant where tenant.id = input.tenant_id limit 1) tenant on true
  ),
  valid as materialized (
    select id, tenant_id, is_automatic, skipped_names, permissions from findings
    where tenant_status = 'active' and "count" < "limit" and unknown_permissions = '{}'
      and restricted_permissions = '{}' and not name_taken and not key_used and not retired
  ),
  locked as materialized (
    select id, status, service_account_limit - service_account_count as places from tenant
    where id in (select tenant_id from valid)
    for no key update${locked === 'skip' ? ' skip locked' : ''}
  ),
  accepted as materialized (
    select * from (
      select
        valid.*, locked.places,
        row_number() over earlier as place,
        count(*) filter (where is_automatic) over earlier as automatic_place
      from valid join locked on locked.id = valid.tenant_id
      where locked.status = 'active'
      window earlier as (partition by valid.tenant_id order by valid.id)
    ) ranked
    where place <= places
  ),
  counted as (
    update tenant set
      service_account_count = service_account_count + accounts,
      -- The counter never returns to an earlier second. A name is therefore unique even if clocks differ.
      automatic_name_second = case when automatic_names = 0 then automatic_name_second
        else greatest(automatic_name_second, second) end,
      automatic_name_number = case when automatic_names = 0 then automatic_name_number
        when automatic_name_second >= second then automatic_name_number + skipped + automatic_names
        else skipped + automatic_names end
    from (
      select
        tenant_id, date_trunc('second', now()) as second, count(*) as accounts,
        count(*) filter (where is_automatic) as automatic_names, max(skipped_names) as skipped
      from accepted group by tenant_id
    ) added
    where tenant.id = added.tenant_id
    returning tenant.*, accounts, automatic_names
  ),
  account as (
    insert into service_account (
      id, tenant_id, client_id, ${columns.join(', ')}, created_at, updated_at,
      created_by_realm, created_by_id, created_by_name, created_by_email
    )
    select
      input.id, counted.id, input.client_id, ${values.join(', ')}, at, at,
      actor ->> 'realm', actor ->> 'id', actor ->> 'name', actor ->> 'email'
    from accepted join input on input.id = accepted.id join counted on counted.id = accepted.tenant_id
    order by accepted.id
    returning *
  ),
  secret as (
    insert into service_account_secret (id, service_account_id, hash, pepper_version, hint, created_at)
    select secret_id, input.id, hash, pepper_version, hint, at
    from accepted join input on input.id = accepted.id where secret_id is not null
  ),
  event as (${insertEventsSql({
    actor: actorFrom('input.actor'),
    action: `'service_account.create'`,
    tenantId: 'account.tenant_id',
    target: publicIdSql('ServiceAccount', 'account.id'),
    occurredAt: 'at',
    id: 'event_id',
    after: `jsonb_build_object(${snapshotSql}, 'clientId', account.client_id,
      'secret', ${publicIdSql('ServiceAccountSecret', 'secret_id')})`,
    from: 'account join input on input.id = account.id',
  })}
  ),
  created as (
    select ${accountColumns}, ${joinedTenantColumns('counted', '(service_account_count - accounts + place)::integer')}
    from accepted
    join account on account.id = accepted.id
    join counted on counted.id = accepted.tenant_id
  ),
  key as (
    insert into idempotency_key (hash, fingerprint, sealed_secret, secret_id, answer, expires_at)
    select
      key.hash, fingerprint, key.sealed_secret, coalesce(secret_id, input.id), to_jsonb(created),
      at + interval '10 minutes'
    from created
    join input on input.id = created.id
    cross join lateral unnest(key_hashes, sealed_secrets) as key (hash, sealed_secret)
  )
  select
    findings.id as "triedId", valid.id is not null as valid, findings.tenant_status as "foundStatus", findings."limit", findings."count",
    findings.unknown_permissions as "unknownPermissions", findings.restricted_permissions as "restrictedPermissions",
    findings.name_taken as "nameTaken", findings.key_used as "keyUsed", created.*
  from findings
  left join valid on valid.id = findings.id
  left join created on created.id = findings.id`;

const statements = {
  skip: prepared<TriedRow>('create-service-accounts', createServiceAccountsSql('skip')),
  wait: prepared<TriedRow>('create-service-accounts-waiting', createServiceAccountsSql('wait')),
};

/**
 * Runs the statement.
 * @param accounts the values of each account by name; a missing value is null
 * @returns a row for each account, in any order
 */
export const insertServiceAccounts = (
  on: Database,
  accounts: readonly Record<string, unknown>[],
  locked: 'skip' | 'wait',
): Promise<TriedRow[]> => statements[locked](on, [JSON.stringify(accounts)]);
