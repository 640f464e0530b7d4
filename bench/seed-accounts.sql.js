// PostgreSQL itself makes up realistic accounts, a batch with each statement. Each account has one or two secrets and
// its audit events, and the same statement raises its tenant's count, so that the load can be stopped at any time
// without leaving half an account. The hashes are random, so that nobody knows a secret for them.

/** Returns SQL that chooses one of the items at random. @param {string[]} items */
const oneOf = (items) =>
  `(array[${items.map((item) => `'${item}'`)}])[1 + floor(random() * ${items.length})::integer]`;

/** SQL for 32 hexadecimal digits. gen_random_uuid() asks the kernel, which would take a sixth of the whole time. */
const digits = 'md5(random()::text)';

/** Returns SQL for a time between two. @param {string} from @param {string} to @param {string} share SQL, 0 to 1 */
const between = (from, to, share = 'random()') => `${from} + (${to} - ${from}) * ${share}`;

/**
 * Returns SQL for a UUID of version 7 (RFC 9562, section 5.7) with this time, so that it stands in an index where a
 * UUID of the gateway would stand. Only PostgreSQL 18 and newer versions have a function for it.
 * @param {string} time
 */
const uuidOf = (time) => `(
  encode(substring(int8send((date_part('epoch', ${time}) * 1000)::bigint) from 3), 'hex')
  || '7' || left(${digits}, 3) || '8' || left(${digits}, 15))::uuid`;

// biome-ignore format: each list stays on its lines
const words = {
  what: ['billing', 'orders', 'payroll', 'inventory', 'shipping', 'search', 'mail', 'backup', 'metrics', 'reports',
    'identity', 'catalog', 'pricing', 'refunds', 'invoices', 'größenabgleich', 'warehouse', 'calendar', 'media', 'chat'], // cspell:ignore größenabgleich
  does: ['worker', 'sync', 'export', 'import', 'cron', 'gateway', 'bot', 'indexer', 'monitor', 'deploy'],
  env: ['prod', 'prod', 'prod', 'staging', 'test'],
  of: ['the shop', 'the warehouse', 'the finance department', 'our partners', 'the mobile app', 'support'],
};

/** The permissions of the accounts that a new database does not have. */
export const permissions = [
  ['reports:read', 'Read reports'],
  ['billing:export', 'Export invoices'],
  ['audit:export', 'Export the audit log'],
];

/** Creates tenants, whose number is the parameter, and returns their ids. */
export const createTenantsSql = `
with made as (
  insert into tenant (id, name, status, service_account_limit, secret_max_age_days)
  select
    gen_random_uuid(), 'Customer ' || number, case when random() < 0.02 then 'suspended' else 'active' end, 100,
    (array[null, null, 90, 365])[1 + floor(random() * 4)::integer]
  from generate_series(1, $1::integer) number
  returning *
),
events as (
  insert into audit_event (tenant_id, id, caller_realm, caller_id, action, target, outcome, request_id, after)
  select
    id, ${uuidOf('now()')}, 'development', 'person-1', 'tenant.create', id, 'success', ${digits}::uuid::text,
    jsonb_build_object('name', name, 'serviceAccountLimit', service_account_limit)
  from made
)
select id from made`;

/**
 * Creates accounts. Its parameters are the first tenant and the number of its accounts, the other tenants and the
 * number of their accounts, the earliest and the latest time of creation, and the version of the pepper. Among the
 * other tenants the first ones get most accounts. It returns the number of new accounts, which is smaller than asked
 * for where a name or a client id was taken.
 */
export const seedAccountsSql = `
with draw as materialized (
  select
    case when number <= $2::integer then $1::uuid
      else ($3::uuid[])[1 + floor(power(random(), 2) * cardinality($3))::integer] end as tenant_id,
    date_trunc('milliseconds', ${between('$5::timestamptz', '$6::timestamptz')}) as created_at,
    date_trunc('milliseconds', now()) as now,
    random() as fate, random() as granted, random() as owned, random() as made
  from generate_series(1, $2::integer + $4::integer) number
),
life as materialized (
  select
    *,
    case when fate < 0.01 then 'deleted' when fate < 0.07 then 'disabled' else 'active' end as status,
    -- Accounts that were deleted longer ago have been removed.
    case when fate < 0.01 then ${between(`greatest(created_at, now - interval '29 days')`, 'now')}
      when fate < 0.07 then ${between('created_at', 'now')} end as ended_at,
    case when made < 0.5 then 1 when made < 0.99 then 2 + floor(power(random(), 2) * 60)::integer
      else 100 + floor(random() * 5000)::integer end as creator
  from draw
),
account as (
  insert into service_account (
    id, tenant_id, name, description, owner, contact, labels, client_id, permissions, status, expires_at, created_at,
    updated_at, deleted_at, last_used_at, created_by_realm, created_by_id, created_by_name, created_by_email, version
  )
  select
    ${uuidOf('created_at')}, tenant_id,
    ${oneOf(words.what)} || '-' || ${oneOf(words.does)} || '-' || ${oneOf(words.env)}
      || '-' || floor(random() * 100000)::integer,
    case when random() < 0.0002 then 'For the quarterly closing, by hand: ask before you change anything.'
      when random() < 0.7 then 'Runs the ' || ${oneOf(words.does)} || ' of ' || ${oneOf(words.what)}
        || ' for ' || ${oneOf(words.of)} end,
    case when owned < 0.2 then null when owned < 0.4 then 'platform@example.com'
      when owned < 0.9 then 'team-' || floor(power(random(), 2) * 200)::integer || '@example.com'
      else 'person-' || floor(random() * 20000)::integer || '@example.com' end,
    case when random() < 0.3 then 'team-' || floor(power(random(), 2) * 200)::integer || '@example.com' end,
    jsonb_strip_nulls(jsonb_build_object(
      'env', case when random() < 0.8 then ${oneOf(words.env)} end,
      'team', case when random() < 0.6 then 'team-' || floor(power(random(), 2) * 200)::integer end,
      'ticket', case when random() < 0.05 then 'OPS-' || floor(random() * 100000)::integer end,
      'pci', case when random() < 0.0002 then 'yes' end)),
    'sa_client_' || left(${digits}, 12),
    case when granted < 0.6 then '{api:read,api:write}' when granted < 0.9 then '{api:read}'
      when granted < 0.95 then '{api:read,reports:read}' when granted < 0.97 then '{}'
      when granted < 0.9998 then '{billing:export,reports:read}' else '{audit:export}' end::text[],
    status, case when random() < 0.2 then created_at + interval '90 days' * (1 + 12 * random()) end, created_at,
    coalesce(ended_at, created_at), case when status = 'deleted' then ended_at end,
    case when random() < 0.65 then ${between('created_at', 'coalesce(ended_at, now)', '(1 - power(random(), 4))')} end,
    'development', 'person-' || creator, 'Person ' || creator, 'person-' || creator || '@example.com',
    case when status = 'active' then 1 else 2 end
  from life
  where not exists (select from retired_client_id limit 0)
  order by created_at
  on conflict do nothing
  returning *
),
place as (
  update tenant set
    service_account_count = service_account_count + added,
    service_account_limit =
      greatest(service_account_limit, 100 * ceil((service_account_count + added) / 80.0)::integer)
  from (select tenant_id, count(*) filter (where status <> 'deleted') as added from account group by 1) counted
  where tenant.id = counted.tenant_id
),
secret as materialized (
  select
    account.*, number, ${uuidOf('made_at')} as secret_id, made_at,
    case when number = 2 and random() < 0.5
      then greatest(made_at + interval '1 day', now() + interval '365 days' * random() - interval '25 days')
    end as ends_at
  from account, generate_series(1, case when get_byte(uuid_send(id), 15) < 100 then 2 else 1 end) number, lateral (
    select case number when 1 then created_at
      else ${between('created_at', `coalesce(deleted_at, now())`)} end as made_at
  ) made
),
secrets as (
  insert into service_account_secret (
    id, service_account_id, hash, pepper_version, hint, created_at, expires_at, revoked_at, last_used_at
  )
  select
    secret_id, id, decode(${digits} || ${digits}, 'hex'), $7::text,
    left(${digits}, 4), made_at, ends_at, deleted_at,
    case when last_used_at > made_at then last_used_at end
  from secret
),
event as (
  select id, tenant_id, created_at as at, created_by_id as caller, 'create' as action, null::jsonb as before,
    jsonb_build_object('name', name, 'description', description, 'owner', owner, 'contact', contact, 'labels', labels,
      'clientId', client_id, 'permissions', permissions, 'expiresAt', expires_at,
      'tokenLifetimeSeconds', token_lifetime_seconds, 'ipAllowlist', ip_allowlist) as after
  from account
  union all
  select id, tenant_id, made_at, created_by_id, 'create_secret', null,
    jsonb_build_object('secret', 'secret-' || secret_id, 'expiresAt', ends_at)
  from secret where number = 2
  union all
  select id, tenant_id, updated_at, 'person-1', case status when 'deleted' then 'delete' else 'disable' end,
    '{"status": "active"}', jsonb_build_object('status', status)
  from account where status <> 'active'
),
events as (
  insert into audit_event (
    occurred_at, id, tenant_id, caller_realm, caller_id, action, target, outcome, request_id, ip, user_agent,
    before, after
  )
  select
    at, ${uuidOf('at')}, tenant_id, 'development', caller, 'service_account.' || action, 'sa-' || id, 'success',
    ${digits}::uuid::text, '192.0.2.' || floor(random() * 256)::integer, 'seed', before, after
  from event
)
select
  count(*) filter (where tenant_id = $1)::integer as first,
  count(*) filter (where tenant_id <> $1)::integer as others
from account`;
