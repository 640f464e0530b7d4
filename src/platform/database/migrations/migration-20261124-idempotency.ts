import { Migration } from '@mikro-orm/migrations';

export class Migration20261124Idempotency extends Migration {
  override up(): void {
    // secret_id has no foreign key, so that the row remains when the secret is removed. A retry then finds the row and
    // is rejected.
    this.addSql(`
      create table idempotency_key (
        hash bytea primary key,
        fingerprint bytea not null,
        sealed_secret bytea not null,
        secret_id uuid not null,
        answer jsonb not null,
        expires_at timestamptz(3) not null
      )`);
    this.addSql('create index idempotency_key_expires_at_index on idempotency_key (expires_at)');
  }
}
