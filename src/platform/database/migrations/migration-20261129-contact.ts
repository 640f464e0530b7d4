import { Migration } from '@mikro-orm/migrations';

/** Adds the contact of an account, and the index that filters a list by contact. */
export class Migration20261129Contact extends Migration {
  override up(): void {
    this.addSql('alter table service_account add column if not exists contact text');
    // The filter matches one contact. Most accounts have no contact, so they need no index entry.
    this.addSql(`
      create index if not exists service_account_contact_index on service_account (tenant_id, contact)
        where contact is not null`);
  }
}
