import { Migration } from '@mikro-orm/migrations';

/** The e-mail address of the people behind an account. */
export class Migration20261129Contact extends Migration {
  override up(): void {
    this.addSql('alter table service_account add column contact text');
    // The filter asks for one address. Most accounts have none, and those need no entry.
    this.addSql(`
      create index if not exists service_account_contact_index on service_account (tenant_id, contact)
        where contact is not null`);
  }
}
