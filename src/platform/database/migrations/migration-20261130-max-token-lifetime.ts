import { Migration } from '@mikro-orm/migrations';

/** Adds the maximum lifetime of access tokens in a tenant. */
export class Migration20261130MaxTokenLifetime extends Migration {
  override up(): void {
    // The column is null in all existing rows. PostgreSQL need not read them to check this.
    this.addSql(`
      alter table tenant
        add column max_token_lifetime_seconds integer,
        add constraint tenant_max_token_lifetime_seconds_check
          check (max_token_lifetime_seconds between 60 and 3600) not valid`);
  }
}
