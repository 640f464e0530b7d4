import { Migration } from '@mikro-orm/migrations';

/** Adds the contact of an account, and the index with which a list is filtered by it. */
export class Migration20261129Contact extends Migration {
  override up(): void {
    this.addSql('alter table service_account add column if not exists contact text');
    // The filter asks for one address. Most accounts have none, and those need no entry.
    this.addSql(`
      create index if not exists service_account_contact_index on service_account (tenant_id, contact)
        where contact is not null`);
  }
}
