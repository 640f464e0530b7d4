import type { Gateway } from './gateway.js';
import { until } from './until.js';

/**
 * Waits until so many statements wait for a lock in the database of a gateway.
 * @returns how many there are
 * @throws when there are fewer after some 10 seconds
 */
export async function untilLocked({ sql }: Gateway, count = 1): Promise<number> {
  const { length } = await until(
    () => sql(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    (waiting) => waiting.length >= count,
  );
  if (length < count) throw new Error(`${length} statements wait for a lock, and not ${count}`);
  return length;
}
