import { Migration } from '@mikro-orm/migrations';

/** What it takes to give machines tokens, and to take them back. */
export class Migration20261128Tokens extends Migration {
  override up(): void {
    this.addSql(`
      insert into permission (name, description) values
        ('oauth:introspect', 'Ask whether access tokens of the tenant are active') on conflict do nothing`);
    // A token tells the generation that it is of. Those of an earlier one are dead.
    this.addSql('alter table service_account add column token_generation integer not null default 0');
    // Private keys are sealed, and gone once their time to sign is over.
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
    // One key is the newest, whatever gateways do at once. It has no end yet.
    this.addSql(
      'create unique index signing_key_newest_index on signing_key ((true)) where retires_at is null',
    );
    this.addSql(`
      create table revoked_token (
        jti text primary key,
        expires_at timestamptz(3) not null
      )`);
    this.addSql('create index revoked_token_expires_at_index on revoked_token (expires_at)');
    // No foreign key: who counts would wait for whoever has locked the account. What is left of one that was removed
    // ends with its time.
    this.addSql(`
      create table token_count (
        service_account_id uuid not null,
        hour timestamptz(0) not null,
        count integer not null,
        primary key (service_account_id, hour)
      )`);
    this.addSql('create index token_count_hour_index on token_count (hour)');
    // What has been added to the counts. A gateway whose connection broke finds out here, and adds nothing twice.
    this.addSql(`
      create table token_count_batch (
        id uuid primary key,
        written_at timestamptz(3) not null default now()
      )`);
    this.addSql('create index token_count_batch_written_at_index on token_count_batch (written_at)');
  }
}
