import { Migration } from '@mikro-orm/migrations';

/** Adds the lifetime of an account's access tokens. */
export class Migration20261130TokenLifetime extends Migration {
  override up(): void {
    // The column is null in all existing rows. PostgreSQL need not read them to check this.
    this.addSql(`
      alter table service_account
        add column token_lifetime_seconds integer,
        add constraint service_account_token_lifetime_seconds_check
          check (token_lifetime_seconds between 60 and 3600) not valid`);
  }
}
