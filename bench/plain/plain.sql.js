/** A plain schema for tenants and their accounts: each table has its primary key and one index. */
export const schemaSql = `
create table tenant (
  id uuid primary key,
  name text not null,
  accounts integer not null,
  account_limit integer not null
);
create index on tenant (name);

create table account (
  id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  name text not null,
  description text,
  owner text,
  labels jsonb not null default '[]',
  client_id text not null,
  permissions text[] not null,
  status text not null default 'ACTIVE',
  created_at timestamptz not null default now(),
  created_by jsonb not null,
  updated_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  version integer not null default 1
);
create index on account (tenant_id, created_at, id);

create table secret (
  id uuid primary key default uuidv7(),
  account_id uuid not null,
  hash bytea not null,
  hint text not null,
  created_at timestamptz not null default now()
);
create index on secret (account_id);

create table audit_entry (
  id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  occurred_at timestamptz not null default now(),
  action text not null,
  target uuid not null,
  caller jsonb not null,
  after jsonb not null
);
create index on audit_entry (tenant_id, occurred_at)`;

/** Adds tenants, whose number is the parameter. */
export const seedTenantsSql = `
insert into tenant (id, name, accounts, account_limit)
select gen_random_uuid(), 'Customer ' || number, 0, 2147483647 from generate_series(1, $1::integer) number`;

/** Adds accounts, whose number is the parameter. The first tenants get most, as in seed-accounts.sql.js. */
export const seedAccountsSql = `
with tenants as materialized (select array_agg(id) as ids from tenant),
made as (
  insert into account (tenant_id, name, description, owner, labels, client_id, permissions, created_at, created_by)
  select
    ids[1 + floor(power(random(), 2) * cardinality(ids))::integer],
    'billing-worker-' || number, 'Runs the worker of billing for the shop', 'team-' || number % 200 || '@example.com',
    '[{"key": "env", "value": "prod"}, {"key": "team", "value": "team-1"}]',
    'sa_client_' || left(md5(random()::text), 12), '{api:read,api:write}',
    now() - interval '1 second' * ($1::integer - number),
    jsonb_build_object('realm', 'development', 'id', 'person-' || number % 60, 'name', 'Person ' || number % 60,
      'email', 'person-' || number % 60 || '@example.com')
  from tenants, generate_series(1, $1::integer) number
  returning *
),
secrets as (
  insert into secret (account_id, hash, hint)
  select id, sha256(uuid_send(id)), left(md5(id::text), 4) from made
),
entries as (
  insert into audit_entry (tenant_id, occurred_at, action, target, caller, after)
  select tenant_id, created_at, 'account.create', id, created_by,
    jsonb_build_object('name', name, 'clientId', client_id, 'permissions', permissions)
  from made
)
update tenant set accounts = accounts + added
from (select tenant_id, count(*) as added from made group by 1) counted
where tenant.id = counted.tenant_id`;

/** Creates an account within the limit of its tenant. */
export const createSql = `
with place as (
  update tenant set accounts = accounts + 1 where id = $1 and accounts < account_limit returning id, name
),
made as (
  insert into account (tenant_id, name, client_id, permissions, created_by)
  select id, $2, $3, '{api:read,api:write}', $4 from place
  returning *
),
secrets as (
  insert into secret (account_id, hash, hint) select id, $5, $6 from made
),
entries as (
  insert into audit_entry (tenant_id, action, target, caller, after)
  select tenant_id, 'account.create', id, created_by,
    jsonb_build_object('name', name, 'clientId', client_id, 'permissions', permissions)
  from made
)
select made.*, place.name as tenant_name from made, place`;

/** Reads the newest accounts of a tenant, each with the name of the tenant. */
export const listSql = `
select account.*, tenant.name as tenant_name
from account join tenant on tenant.id = account.tenant_id
where account.tenant_id = $1
order by account.created_at desc, account.id desc
limit $2`;

export const countSql = `
select
  (select count(*)::int from account) as accounts,
  (select count(*)::int from secret) as secrets,
  (select count(*)::int from audit_entry) as entries,
  (select sum(accounts)::int from tenant) as count`;
