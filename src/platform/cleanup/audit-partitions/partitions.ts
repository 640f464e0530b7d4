import type { Pool } from 'pg';
import { type Database, longTransaction, run } from '../../database/sql.js';

/** A partition of the audit log, other than the default partition. */
export interface Partition {
  /** The name as an SQL identifier. */
  name: string;
  /** Null for the first partition, which has no lower bound. */
  from: Date | null;
  /** In the year 9999 for a partition without an upper bound, which an operator can add. */
  until: Date;
}

/** The key of the advisory lock for changes of partitions. The number is arbitrary, but must never change. */
const partitionLock = 7_420_176;

const partitions = `
  select format('%I', relname) as name,
    (regexp_match(bounds, 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz as "from",
    coalesce((regexp_match(bounds, 'TO \\(''([^'']+)''\\)'))[1], '9999-12-31T00:00:00Z')::timestamptz as until
  from pg_inherits join pg_class on pg_class.oid = inhrelid
    cross join lateral pg_get_expr(relpartbound, pg_class.oid) bounds
  where inhparent = 'audit_event'::regclass and bounds <> 'DEFAULT'
  order by until`;

/** Returns the partitions of the audit log, oldest first. */
export const findPartitions = (on: Database): Promise<Partition[]> => run(on, { text: partitions });

/**
 * Changes the partitions of the audit log in a transaction. It gives up soon if a long transaction reads the audit log,
 * because other requests wait behind the change. The next run of the cleanup tries again.
 * @param limits of the statements; by default those of every long transaction
 * @returns undefined if another gateway is changing the partitions
 */
export const changePartitions = <T>(
  pool: Pool,
  change: (transaction: Database) => Promise<T>,
  limits?: Parameters<typeof longTransaction>[2],
): Promise<T | undefined> =>
  longTransaction(
    pool,
    async (transaction) => {
      // This lock belongs to the transaction, not to the session, so that it also works behind PgBouncer.
      const lock = { text: 'select pg_try_advisory_xact_lock($1) as taken', values: [partitionLock] };
      const [attempt] = await run<{ taken: boolean }>(transaction, lock);
      if (!attempt?.taken) return undefined;
      await run(transaction, { text: `set local lock_timeout = '500ms'` });
      return change(transaction);
    },
    limits,
  );
