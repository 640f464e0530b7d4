import { Migration } from '@mikro-orm/migrations';

/** Adds the table by which an audit log entry is written at most once in a calendar minute. */
export class Migration20261130AuditMinutes extends Migration {
  override up(): void {
    // The key is a hash, because an index entry must not be longer than 2.7 kB. A unique index on the audit log itself
    // would have to include the exact time, by which it is partitioned.
    this.addSql(`
      create table audit_minute (
        minute timestamptz(0) not null,
        key bytea not null,
        primary key (minute, key)
      )`);
  }
}
