import type { Gateway } from './gateway.js';
import { until } from './until.js';

/** Waits until so many statements wait for a lock in the database of a gateway. @returns how many there are */
export const untilLocked = ({ sql }: Gateway, count = 1): Promise<number> =>
  until(
    async () => {
      const waiting = await sql(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length;
    },
    (waiting) => waiting >= count,
  );
