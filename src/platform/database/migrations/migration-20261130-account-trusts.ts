import { Migration } from '@mikro-orm/migrations';

/** Adds the trusts of service accounts in workloads, and the table of workload tokens that may be used only once. */
export class Migration20261130AccountTrusts extends Migration {
  override up(): void {
    // The index of the unique constraint also finds the trusts of an account. It contains a digest, because a subject
    // may be longer than an entry of an index.
    this.addSql(`
      create table service_account_trust (
        id uuid primary key,
        service_account_id uuid not null references service_account on delete cascade,
        issuer_name text not null,
        issuer text not null,
        subject text not null,
        audience text not null,
        claims jsonb not null,
        digest text not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3),
        last_used_at timestamptz(3),
        constraint service_account_trust_digest_unique unique (service_account_id, digest)
      )`);
    // The cleanup uses this index to find old rows.
    this.addSql(`
      create index service_account_trust_expires_at_index on service_account_trust (expires_at)
        where expires_at is not null`);
    this.addSql(`
      create table used_workload_token (
        hash text primary key,
        expires_at timestamptz(3) not null
      )`);
    this.addSql('create index used_workload_token_expires_at_index on used_workload_token (expires_at)');
  }
}
