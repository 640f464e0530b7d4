import { Migration } from '@mikro-orm/migrations';

export class Migration20261124RateLimits extends Migration {
  override up(): void {
    // rate-limiter-flexible inserts these columns in this order. The table is unlogged, so that no request waits for
    // the disk. A crash may lose counts. Free space on the page allows updates without changing the index (heap-only
    // tuples).
    this.addSql(`
      create unlogged table rate_limit (
        key text primary key,
        points integer not null,
        expire bigint
      ) with (fillfactor = 50)`);
  }
}
