import { Migration } from '@mikro-orm/migrations';

/** Adds the public keys of service accounts. */
export class Migration20261130AccountKeys extends Migration {
  override up(): void {
    // The index of the unique constraint also finds the keys of an account.
    this.addSql(`
      create table service_account_key (
        id uuid primary key,
        service_account_id uuid not null references service_account on delete cascade,
        kid text not null,
        thumbprint text not null,
        algorithms text[] not null,
        public_key jsonb not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3),
        last_used_at timestamptz(3),
        constraint service_account_key_thumbprint_unique unique (service_account_id, thumbprint)
      )`);
    // The cleanup uses this index to find old rows.
    this.addSql(`
      create index service_account_key_expires_at_index on service_account_key (expires_at)
        where expires_at is not null`);
  }
}
