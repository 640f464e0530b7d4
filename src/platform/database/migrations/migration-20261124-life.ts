import { Migration } from '@mikro-orm/migrations';

/** What a service account's life needs beyond its beginning: to be found, deleted, and removed. */
export class Migration20261124Life extends Migration {
  override up(): void {
    this.addSql('alter table service_account add column deleted_at timestamptz(3)');
    this.addSql(`
      alter table tenant add column secret_max_age_days integer
        constraint tenant_secret_max_age_days_check check (secret_max_age_days > 0)`);
    // The client ids of accounts that have been removed. They are never given to others.
    this.addSql('create table retired_client_id (client_id text primary key)');

    // One for each order of the list, so that a page is read where it stands.
    this.addSql(
      'create index if not exists service_account_created_index on service_account (tenant_id, created_at, id)',
    );
    this.addSql(
      'create index if not exists service_account_name_index on service_account (tenant_id, name, id)',
    );
    // Those that were never used come first.
    this.addSql(`
      create index if not exists service_account_last_used_index
        on service_account (tenant_id, coalesce(last_used_at, '-infinity'), id)`);
    this.addSql(`
      create index if not exists service_account_expires_index on service_account (tenant_id, expires_at)
        where expires_at is not null`);
    // One for all filters and what is asked of them together. Both extensions come with PostgreSQL, and whoever
    // owns the database may create them. New entries wait in its pending list, as they do by default: fastupdate = off
    // was no faster in two short rounds of creates, which told no more than that.
    this.addSql('create extension if not exists btree_gin');
    this.addSql('create extension if not exists pg_trgm');
    this.addSql(`
      create index if not exists service_account_filter_index on service_account using gin (
        tenant_id, status, permissions, labels, owner, created_by_id, name gin_trgm_ops, description gin_trgm_ops)`);
    // For what removes the old.
    this.addSql(`
      create index if not exists service_account_deleted_index on service_account (deleted_at) where status = 'deleted'`);
    this.addSql(`
      create index if not exists service_account_secret_ended_index on service_account_secret (least(revoked_at, expires_at))
        where revoked_at is not null or expires_at is not null`);
  }
}
