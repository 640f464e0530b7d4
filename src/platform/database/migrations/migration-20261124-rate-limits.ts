import { Migration } from '@mikro-orm/migrations';

export class Migration20261124RateLimits extends Migration {
  override up(): void {
    // The columns, and their order, are those that rate-limiter-flexible inserts. Unlogged: a count that a
    // crash loses is not missed, and nothing waits for the disk. Room on the page for heap-only updates.
    this.addSql(`
      create unlogged table rate_limit (
        key text primary key,
        points integer not null,
        expire bigint
      ) with (fillfactor = 50)`);
  }
}
