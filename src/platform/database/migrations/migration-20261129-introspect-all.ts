import { Migration } from '@mikro-orm/migrations';

/** Adds the permission to introspect the access tokens of all tenants. */
export class Migration20261129IntrospectAll extends Migration {
  override up(): void {
    // If the catalog of an operator already has the name, it now reaches all tenants and must be restricted, too.
    this.addSql(`
      insert into permission (name, description, restricted) values
        ('oauth:introspect_all', 'Ask whether access tokens of all tenants are active', true)
      on conflict (name) do update set restricted = true, is_default = false`);
  }
}
