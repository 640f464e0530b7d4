import { Migration } from '@mikro-orm/migrations';

/** Adds the external IDs of tenants, by which access tokens of a realm may name a tenant. */
export class Migration20261129ExternalIds extends Migration {
  override up(): void {
    // External IDs are codes of another system. The collation "C" orders them in the same way in every database.
    this.addSql(`
      create table tenant_external_id (
        realm text collate "C" not null,
        external_id text collate "C" not null,
        tenant_id uuid not null references tenant on delete cascade,
        primary key (realm, external_id)
      )`);
    this.addSql('create index tenant_external_id_tenant_id_index on tenant_external_id (tenant_id)');
  }
}
