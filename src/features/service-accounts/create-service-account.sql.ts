import { actorFrom, insertEventsSql } from '../../platform/audit/insert-events.js';
import { type Database, parameterList, prepared } from '../../platform/database/sql.js';
import { publicIdSql } from '../../platform/ids.js';
import { type JoinedTenant, joinedTenantColumns } from '../tenants/joined-tenant.js';
import type { Tenant } from '../tenants/tenant.entity.js';
import { namesakeOf } from './namesake.js';
import { accountColumns, type ServiceAccountRow } from './service-account.entity.js';
import { accountFieldNames, columnOf, columnTypes, snapshotSql } from './stored-fields.js';

/** The state in the snapshot of the statement. If the statement created nothing, the state shows the reason. */
export interface Findings {
  /** The status of the tenant. Null if the tenant does not exist. */
  foundStatus: Tenant['status'] | null;
  unknownPermissions: string[];
  restrictedPermissions: string[];
  nameTaken: boolean;
  limit: number;
  count: number;
  keyUsed: boolean;
}

/** The new account, and its tenant at the time of the creation. */
export type CreatedRow = ServiceAccountRow & JoinedTenant;

/** The parameters of the statement with their SQL types. */
export const parameterTypes: Record<string, string> = {
  tenant_id: 'uuid',
  id: 'uuid',
  client_id: 'text',
  ...columnTypes,
  actor: 'jsonb',
  may_grant_restricted: 'boolean',
  skipped_names: 'integer',
  secret_id: 'uuid',
  hash: 'bytea',
  pepper_version: 'text',
  hint: 'text',
  event_id: 'uuid',
  key_hashes: 'bytea[]',
  fingerprint: 'bytea',
  sealed_secrets: 'bytea[]',
};

/** SQL for the columns whose values the statement computes. All other values come from the input. */
const computedValues: Record<string, string> = {
  name: `coalesce(input.name, 'service-account-'
      || to_char(automatic_name_second at time zone 'UTC', 'YYYYMMDDHH24MISS')
      || case when automatic_name_number > 1 then '-' || automatic_name_number else '' end)`,
  permissions: 'findings.permissions',
};
const columns = accountFieldNames.map(columnOf);
const values = columns.map((column) => computedValues[column] ?? `input.${column}`);

/**
 * Creates a service account with one hand-written statement, in one round trip and one commit. A conditional update of
 * the tenant's row increases the number of accounts. Only if that update succeeds, the statement inserts the account,
 * its secret, the audit log entry, and, if the request has an idempotency key, the stored response. The update locks
 * the row, so the limit is exact for any number of concurrent requests and gateways. If the ID of the secret is null,
 * the account gets none.
 *
 * The statement returns one row. If it created nothing, `id` is null, and the other columns, which come from the
 * snapshot of the statement, show the reason. In two cases they show no reason, and the statement must run again: the
 * update found a newer version of the tenant's row, or the client ID belonged to an account that was removed.
 */
export const createServiceAccountSql = `
  with input as materialized (
    select
      ${parameterList(parameterTypes)},
      date_trunc('milliseconds', now()) as at, date_trunc('second', now()) as second
  ),
  catalog as (
    select
      coalesce(array_agg(permission.name order by permission.name), '{}') as permissions,
      coalesce(array_agg(permission.name order by permission.name) filter (where restricted), '{}') as restricted
    from permission, input
    where case when input.permissions is null then is_default else permission.name = any (input.permissions) end
  ),
  findings as materialized (
    select
      tenant.status as tenant_status, service_account_limit as "limit", service_account_count as "count",
      catalog.permissions,
      array(select unnest(input.permissions) except select unnest(catalog.permissions)) as unknown_permissions,
      case when may_grant_restricted then '{}' else restricted end as restricted_permissions,
      exists (${namesakeOf('input')}) as name_taken,
      exists (select from idempotency_key where idempotency_key.hash = any (input.key_hashes)) as key_used
    from input cross join catalog left join tenant on tenant.id = input.tenant_id
  ),
  counted as (
    update tenant set
      service_account_count = service_account_count + 1,
      -- The counter never returns to an earlier second. A name is therefore unique even if clocks differ.
      automatic_name_second = case when input.name is null then greatest(automatic_name_second, second)
        else automatic_name_second end,
      automatic_name_number = case when input.name is not null then automatic_name_number
        when automatic_name_second >= second then automatic_name_number + 1 + skipped_names
        else 1 + skipped_names end
    from input, findings
    where tenant.id = input.tenant_id and tenant.status = 'active'
      and service_account_count < service_account_limit
      and unknown_permissions = '{}' and restricted_permissions = '{}' and not name_taken and not key_used
      and not exists (select from retired_client_id where retired_client_id.client_id = input.client_id)
    returning tenant.*
  ),
  account as (
    insert into service_account (
      id, tenant_id, client_id, ${columns.join(', ')}, created_at, updated_at,
      created_by_realm, created_by_id, created_by_name, created_by_email
    )
    select
      input.id, counted.id, input.client_id, ${values.join(', ')}, at, at,
      actor ->> 'realm', actor ->> 'id', actor ->> 'name', actor ->> 'email'
    from input, findings, counted
    returning *
  ),
  secret as (
    insert into service_account_secret (id, service_account_id, hash, pepper_version, hint, created_at)
    select secret_id, account.id, hash, pepper_version, hint, at from input, account where secret_id is not null
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
    from: 'input, account',
  })}
  ),
  created as (
    select ${accountColumns}, ${joinedTenantColumns('counted')}
    from account, counted
  ),
  key as (
    insert into idempotency_key (hash, fingerprint, sealed_secret, secret_id, answer, expires_at)
    select
      key.hash, fingerprint, key.sealed_secret, coalesce(secret_id, created.id), to_jsonb(created),
      at + interval '10 minutes'
    from input, created, unnest(key_hashes, sealed_secrets) as key (hash, sealed_secret)
  )
  select
    tenant_status as "foundStatus", "limit", "count", unknown_permissions as "unknownPermissions",
    restricted_permissions as "restrictedPermissions", name_taken as "nameTaken", key_used as "keyUsed", created.*
  from findings left join created on true`;

const insert = prepared<Findings & (CreatedRow | { id: null })>(
  'create-service-account',
  createServiceAccountSql,
);
const parameterNames = Object.keys(parameterTypes);

/** Runs the statement. @param parameters by name; a missing parameter is null */
export const insertServiceAccount = (on: Database, parameters: Record<string, unknown>) =>
  insert(
    on,
    parameterNames.map((name) => parameters[name]),
  );
