import { Migration } from '@mikro-orm/migrations';

/** Adds the table of used assertions, each of which authenticates its client only once. */
export class Migration20261130Assertions extends Migration {
  override up(): void {
    // The hash has one length, whatever the client has chosen. The table has no foreign key, because its check would
    // lock the account with each access token.
    this.addSql(`
      create table used_assertion (
        service_account_id uuid not null,
        jti_hash text not null,
        expires_at timestamptz(3) not null,
        primary key (service_account_id, jti_hash)
      )`);
    this.addSql('create index used_assertion_expires_at_index on used_assertion (expires_at)');
  }
}
