import { Migration } from '@mikro-orm/migrations';

/** Adds the columns and indexes to list service accounts, to delete them and to remove them. */
export class Migration20261124Life extends Migration {
  override up(): void {
    this.addSql('alter table service_account add column deleted_at timestamptz(3)');
    this.addSql(`
      alter table tenant add column secret_max_age_days integer
        constraint tenant_secret_max_age_days_check check (secret_max_age_days > 0)`);
    // This table keeps the client ids of removed accounts, so that no other account gets one.
    this.addSql('create table retired_client_id (client_id text primary key)');

    // Each order of the list has an index, so that a page costs the same wherever it is.
    this.addSql(
      'create index if not exists service_account_created_index on service_account (tenant_id, created_at, id)',
    );
    this.addSql(
      'create index if not exists service_account_name_index on service_account (tenant_id, name, id)',
    );
    // Accounts that were never used come first in this order.
    this.addSql(`
      create index if not exists service_account_last_used_index
        on service_account (tenant_id, coalesce(last_used_at, '-infinity'), id)`);
    this.addSql(`
      create index if not exists service_account_expires_index on service_account (tenant_id, expires_at)
        where expires_at is not null`);
    // One index serves all filters and their combinations. Both extensions come with PostgreSQL, and the owner of the
    // database may create them. The index has a pending list, which is the default: creates were no faster in a short
    // measurement with fastupdate = off.
    this.addSql('create extension if not exists btree_gin');
    this.addSql('create extension if not exists pg_trgm');
    this.addSql(`
      create index if not exists service_account_filter_index on service_account using gin (
        tenant_id, status, permissions, labels, owner, created_by_id, name gin_trgm_ops, description gin_trgm_ops)`);
    // The clean-up finds old rows by these indexes.
    this.addSql(`
      create index if not exists service_account_deleted_index on service_account (deleted_at) where status = 'deleted'`);
    this.addSql(`
      create index if not exists service_account_secret_ended_index on service_account_secret (least(revoked_at, expires_at))
        where revoked_at is not null or expires_at is not null`);
  }
}
