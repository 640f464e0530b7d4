import { Migration } from '@mikro-orm/migrations';

/** Adds the tables to issue and revoke access tokens. */
export class Migration20261128Tokens extends Migration {
  override up(): void {
    this.addSql(`
      insert into permission (name, description) values
        ('oauth:introspect', 'Ask whether access tokens of the tenant are active') on conflict do nothing`);
    // A token contains the generation in which it was issued. Tokens of earlier generations are invalid.
    this.addSql('alter table service_account add column token_generation integer not null default 0');
    // Private keys are encrypted. They are erased when they no longer sign tokens.
    this.addSql(`
      create table signing_key (
        kid text primary key,
        algorithm text not null check (algorithm in ('ES256', 'EdDSA')),
        public_key jsonb not null,
        sealed_private_key bytea,
        key_version text,
        created_at timestamptz(3) not null default now(),
        starts_at timestamptz(3) not null,
        retires_at timestamptz(3)
      )`);
    // Only one key can be without a retirement time, so gateways that create keys at the same time agree on the newest.
    this.addSql(
      'create unique index signing_key_newest_index on signing_key ((true)) where retires_at is null',
    );
    this.addSql(`
      create table revoked_token (
        jti text primary key,
        expires_at timestamptz(3) not null
      )`);
    this.addSql('create index revoked_token_expires_at_index on revoked_token (expires_at)');
    // The table has no foreign key, because its check would wait for a transaction that has locked the account. The
    // cleanup deletes old counts, including those of removed accounts.
    this.addSql(`
      create table token_count (
        service_account_id uuid not null,
        hour timestamptz(0) not null,
        count integer not null,
        primary key (service_account_id, hour)
      )`);
    this.addSql('create index token_count_hour_index on token_count (hour)');
    // This table lists the batches that were added to the counts. A gateway whose connection broke checks it before it
    // repeats a batch.
    this.addSql(`
      create table token_count_batch (
        id uuid primary key,
        written_at timestamptz(3) not null default now()
      )`);
    this.addSql('create index token_count_batch_written_at_index on token_count_batch (written_at)');
  }
}
