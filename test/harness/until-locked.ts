import type pg from 'pg';
import type { Gateway } from './gateway.js';
import { until } from './until.js';

const waitingSql = `
select from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'
  and ($1::int is null or $1 = any (pg_blocking_pids(pid)))`;

/**
 * Waits until so many statements wait for a lock in the database of a gateway.
 * @param holder counts only the statements that wait for this connection. A test passes it if it has just released
 *   another lock, because the statement that waited for that lock still counts as waiting for a moment.
 * @returns how many there are
 * @throws when there are fewer after some 10 seconds
 */
export async function untilLocked({ sql }: Gateway, count = 1, holder?: pg.Client): Promise<number> {
  // The process id is in every client, but not in the types of pg.
  const pid = holder && (holder as pg.Client & { processID: number }).processID;
  const { length } = await until(
    () => sql(waitingSql, [pid ?? null]),
    (waiting) => waiting.length >= count,
  );
  if (length < count) throw new Error(`${length} statements wait for a lock, and not ${count}`);
  return length;
}
