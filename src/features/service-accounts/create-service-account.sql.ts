import { prepared } from '../../platform/database/sql.js';
import { accountColumns } from './account-columns.sql.js';
import type { ServiceAccountFields } from './to-service-account-type.js';

/** Why nothing was created, in the order in which a client is told. */
export interface Facts {
  /** Null when there is no such tenant. */
  tenantStatus: 'active' | 'suspended' | null;
  unknownPermissions: string[];
  restrictedPermissions: string[];
  nameTaken: boolean;
  limit: number;
  count: number;
  keyUsed: boolean;
}

/** The account as it was created, and its tenant at that moment. */
export interface Created extends ServiceAccountFields {
  tenantId: string;
  tenantName: string;
  tenantLimit: number;
  tenantCount: number;
  tenantSecretMaxAgeDays: number | null;
  tenantCreatedAt: Date;
}

/**
 * The one statement behind createServiceAccount, by hand because it has to be one: the count is raised by a
 * conditional update of the tenant's row, and account, secret, audit event and the answer under the idempotency
 * key, if there is one, are inserted only if that update took place. The row's lock makes the limit exact under
 * any concurrency and from any number of gateways, for one round trip and one commit.
 *
 * It answers with one row. `id` is null when nothing was created, and the other columns then say why. They
 * are read from the statement's snapshot; where that is older than what the update met, none of them does,
 * and asking once more tells. So it is, with another client id, when the one drawn was a removed account's.
 */
export const createServiceAccountSql = `
with input as materialized (
  select
    $1::uuid as tenant_id, $2::uuid as id, $3::text as client_id, $4::text as name, $5::text as description,
    $6::text as owner, $7::jsonb as labels, $8::text[] as permissions, $9::timestamptz as expires_at,
    $10::text as caller_realm, $11::text as caller_id, $12::text as caller_name, $13::text as caller_email,
    $14::boolean as may_grant_restricted, $15::integer as skipped_names,
    $16::uuid as secret_id, $17::bytea as hash, $18::text as pepper_version, $19::text as hint,
    $20::uuid as audit_id, $21::text as request_id, $22::text as ip, $23::text as user_agent,
    $24::bytea[] as key_hashes, $25::bytea as fingerprint, $26::bytea[] as sealed_secrets,
    date_trunc('milliseconds', now()) as at, date_trunc('second', now()) as second
),
catalogue as (
  select
    coalesce(array_agg(permission.name order by permission.name), '{}') as permissions,
    coalesce(array_agg(permission.name order by permission.name) filter (where restricted), '{}') as restricted
  from permission, input
  where case when input.permissions is null then is_default else permission.name = any (input.permissions) end
),
facts as materialized (
  select
    tenant.status as tenant_status, service_account_limit as "limit", service_account_count as "count",
    catalogue.permissions,
    array(select unnest(input.permissions) except select unnest(catalogue.permissions)) as unknown_permissions,
    case when may_grant_restricted then '{}' else restricted end as restricted_permissions,
    exists (
      select from service_account
      where tenant_id = input.tenant_id and service_account.name = input.name and status <> 'deleted'
    ) as name_taken,
    exists (select from idempotency_key where idempotency_key.hash = any (input.key_hashes)) as key_used
  from input cross join catalogue left join tenant on tenant.id = input.tenant_id
),
place as (
  update tenant set
    service_account_count = service_account_count + 1,
    -- The counter never goes back to an earlier second, so that clocks that differ make no name twice.
    automatic_name_second = case when input.name is null then greatest(automatic_name_second, second)
      else automatic_name_second end,
    automatic_name_number = case when input.name is not null then automatic_name_number
      when automatic_name_second >= second then automatic_name_number + 1 + skipped_names
      else 1 + skipped_names end
  from input, facts
  where tenant.id = input.tenant_id and tenant.status = 'active'
    and service_account_count < service_account_limit
    and unknown_permissions = '{}' and restricted_permissions = '{}' and not name_taken and not key_used
    and not exists (select from retired_client_id where retired_client_id.client_id = input.client_id)
  returning tenant.*
),
account as (
  insert into service_account (
    id, tenant_id, name, description, owner, labels, client_id, permissions, expires_at, created_at, updated_at,
    created_by_realm, created_by_id, created_by_name, created_by_email
  )
  select
    input.id, place.id,
    coalesce(input.name, 'service-account-' || to_char(automatic_name_second at time zone 'UTC', 'YYYYMMDDHH24MISS')
      || case when automatic_name_number > 1 then '-' || automatic_name_number else '' end),
    description, owner, labels, client_id, facts.permissions, expires_at, at, at,
    caller_realm, caller_id, caller_name, caller_email
  from input, facts, place
  returning *
),
secret as (
  insert into service_account_secret (id, service_account_id, hash, pepper_version, hint, created_at)
  select secret_id, account.id, hash, pepper_version, hint, at from input, account
),
event as (
  insert into audit_event (
    occurred_at, id, tenant_id, caller_realm, caller_id, caller_name, caller_email, action, target, outcome,
    request_id, ip, user_agent, after
  )
  select
    at, audit_id, account.tenant_id, caller_realm, caller_id, caller_name, caller_email,
    'service_account.create', 'sa-' || account.id, 'success', request_id, ip, user_agent,
    jsonb_build_object(
      'name', account.name, 'description', account.description, 'owner', account.owner, 'labels', account.labels,
      'clientId', account.client_id, 'secret', 'secret-' || input.secret_id, 'permissions', account.permissions,
      -- The quotes keep pgbench, which runs this statement, from taking the colons for its own.
      'expiresAt', to_char(account.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS.MS"Z"'))
  from input, account
),
created as (
  select
    ${accountColumns},
    place.id as "tenantId", place.name as "tenantName", place.service_account_limit as "tenantLimit",
    place.service_account_count as "tenantCount", place.secret_max_age_days as "tenantSecretMaxAgeDays",
    place.created_at as "tenantCreatedAt"
  from account, place
),
key as (
  insert into idempotency_key (hash, fingerprint, sealed_secret, secret_id, answer, expires_at)
  select key.hash, fingerprint, key.sealed_secret, secret_id, to_jsonb(created), at + interval '10 minutes'
  from input, created, unnest(key_hashes, sealed_secrets) as key (hash, sealed_secret)
)
select
  tenant_status as "tenantStatus", "limit", "count", unknown_permissions as "unknownPermissions",
  restricted_permissions as "restrictedPermissions", name_taken as "nameTaken", key_used as "keyUsed", created.*
from facts left join created on true`;

export const insertServiceAccount = prepared<Facts & (Created | { id: null })>(
  'create-service-account',
  createServiceAccountSql,
);
