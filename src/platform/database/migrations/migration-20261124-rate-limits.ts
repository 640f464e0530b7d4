import { Migration } from '@mikro-orm/migrations';

export class Migration20261124RateLimits extends Migration {
  override up(): void {
    // The columns and their order are those that rate-limiter-flexible inserts. The table is unlogged, so that nothing
    // waits for the disk; counts may be lost in a crash. Free space on the page keeps updates out of the index
    // (heap-only tuples).
    this.addSql(`
      create unlogged table rate_limit (
        key text primary key,
        points integer not null,
        expire bigint
      ) with (fillfactor = 50)`);
  }
}
