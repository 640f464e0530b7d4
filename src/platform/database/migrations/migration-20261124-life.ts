import { Migration } from '@mikro-orm/migrations';

/** Adds the columns and indexes to list, delete and permanently remove service accounts. */
export class Migration20261124Life extends Migration {
  override up(): void {
    this.addSql('alter table service_account add column deleted_at timestamptz(3)');
    this.addSql(`
      alter table tenant add column secret_max_age_days integer
        constraint tenant_secret_max_age_days_check check (secret_max_age_days > 0)`);
    // This table keeps the client IDs of removed accounts, so that no other account gets one.
    this.addSql('create table retired_client_id (client_id text primary key)');

    // Each sort order of the list has an index, so that every page costs the same, wherever it is in the list.
    this.addSql(
      'create index if not exists service_account_created_index on service_account (tenant_id, created_at, id)',
    );
    this.addSql(
      'create index if not exists service_account_name_index on service_account (tenant_id, name, id)',
    );
    // In this order, accounts that have never been used come first.
    this.addSql(`
      create index if not exists service_account_last_used_index
        on service_account (tenant_id, coalesce(last_used_at, '-infinity'), id)`);
    this.addSql(`
      create index if not exists service_account_expires_index on service_account (tenant_id, expires_at)
        where expires_at is not null`);
    // One index serves all filters and their combinations. PostgreSQL includes both extensions, and the database owner
    // may create them. The index has a pending list (the default), because creating accounts was no faster with
    // fastupdate = off in a short measurement.
    this.addSql('create extension if not exists btree_gin');
    this.addSql('create extension if not exists pg_trgm');
    this.addSql(`
      create index if not exists service_account_filter_index on service_account using gin (
        tenant_id, status, permissions, labels, owner, created_by_id, name gin_trgm_ops, description gin_trgm_ops)`);
    // The cleanup uses these indexes to find old rows.
    this.addSql(`
      create index if not exists service_account_deleted_index on service_account (deleted_at) where status = 'deleted'`);
    this.addSql(`
      create index if not exists service_account_secret_ended_index on service_account_secret (least(revoked_at, expires_at))
        where revoked_at is not null or expires_at is not null`);
  }
}
