import { Migration } from '@mikro-orm/migrations';

/** Adds the audience catalog, whose audiences token requests can name (RFC 8707). */
export class Migration20261130Audiences extends Migration {
  override up(): void {
    // URIs are compared byte by byte. The collation "C" orders them in the same way in every database.
    this.addSql(`
      create table audience (
        uri_key text collate "C" primary key,
        uri text not null,
        name text not null,
        permissions text[] not null,
        tenant_id uuid references tenant on delete cascade,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      )`);
    this.addSql('create index audience_tenant_id_index on audience (tenant_id)');
  }
}
