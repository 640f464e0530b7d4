import { Migration } from '@mikro-orm/migrations';

export class Migration20261124Initial extends Migration {
  override up(): void {
    // Each created account updates the row of its tenant. Free space on the page allows these updates without changing
    // the indexes (heap-only tuples).
    this.addSql(`
      create table tenant (
        id uuid primary key,
        name text not null,
        status text not null default 'active' check (status in ('active', 'suspended')),
        service_account_limit integer not null check (service_account_limit >= 0),
        service_account_count integer not null default 0 check (service_account_count >= 0),
        automatic_name_second timestamptz(0),
        automatic_name_number integer not null default 0,
        created_at timestamptz(3) not null default now()
      ) with (fillfactor = 50)`);
    this.addSql(`
      create table permission (
        name text primary key check (name ~ '^[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*$'),
        description text not null,
        is_default boolean not null default false,
        restricted boolean not null default false
      )`);
    this.addSql(`
      insert into permission (name, description, is_default) values
        ('api:read', 'Read through the tenant''s APIs', true),
        ('api:write', 'Change through the tenant''s APIs', true)`);
    this.addSql(`
      create table service_account (
        id uuid primary key,
        tenant_id uuid not null references tenant,
        name text not null,
        description text,
        owner text,
        labels jsonb not null default '{}',
        client_id text not null constraint service_account_client_id_unique unique,
        status text not null default 'active' check (status in ('active', 'disabled', 'deleted')),
        permissions text[] not null,
        created_at timestamptz(3) not null,
        created_by_realm text not null,
        created_by_id text not null,
        created_by_name text,
        created_by_email text,
        updated_at timestamptz(3) not null,
        last_used_at timestamptz(3),
        expires_at timestamptz(3),
        version integer not null default 1
      )`);
    // The rows of deleted accounts remain for 30 days, but their names are available immediately.
    this.addSql(`
      create unique index service_account_name_unique on service_account (tenant_id, name)
        where status <> 'deleted'`);
    this.addSql(`
      create table service_account_secret (
        id uuid primary key,
        service_account_id uuid not null references service_account on delete cascade,
        hash bytea not null constraint service_account_secret_hash_unique unique,
        pepper_version text not null,
        hint text not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3),
        revoked_at timestamptz(3),
        last_used_at timestamptz(3)
      )`);
    this.addSql(`
      create index service_account_secret_service_account_id_index
        on service_account_secret (service_account_id)`);
    this.addSql(`
      create table audit_event (
        occurred_at timestamptz(3) not null default now(),
        id uuid not null,
        tenant_id uuid,
        caller_realm text not null,
        caller_id text not null,
        caller_name text,
        caller_email text,
        action text not null,
        target text,
        outcome text not null check (outcome in ('success', 'denied')),
        request_id text not null,
        ip text,
        user_agent text,
        before jsonb,
        after jsonb,
        primary key (occurred_at, id)
      )`);
    this.addSql('create index audit_event_tenant_id_index on audit_event (tenant_id, occurred_at, id)');
    this.addSql(`
      create index audit_event_denied_index on audit_event (caller_realm, caller_id, occurred_at)
        where outcome = 'denied'`);
    // The trigger protects against bugs. It does not protect against the database owner, who can drop it.
    this.addSql(`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name;
      end $$`);
    this.addSql(`
      create trigger audit_event_append_only before update or delete or truncate on audit_event
        for each statement execute function refuse_change()`);
  }
}
