import { Migration } from '@mikro-orm/migrations';

/** Adds the addresses from which an account may authenticate. */
export class Migration20261130IpAllowlist extends Migration {
  override up(): void {
    // The column is null in all existing rows. PostgreSQL need not read them to check this. Its type is not cidr[],
    // because PostgreSQL writes some IPv6 ranges differently from RFC 5952.
    this.addSql(`
      alter table service_account
        add column ip_allowlist text[],
        add constraint service_account_ip_allowlist_check
          check (cardinality(ip_allowlist) between 1 and 50) not valid`);
  }
}
