import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../database/unavailable.js';

const minute = 60_000;

/**
 * Runs a statement that deletes what is over, once a minute; each gateway does. An outage of the database is told
 * elsewhere (outage.ts), and what is over waits.
 * @param what is deleted, for the log
 * @param interval milliseconds
 * @returns what ends it
 */
export function startSweep(
  pool: Pool,
  log: Logger,
  what: string,
  statement: () => { text: string; values?: unknown[] },
  interval = minute,
): () => void {
  const timer = setInterval(async () => {
    try {
      await pool.query(statement());
    } catch (error) {
      if (!whyUnavailable(error)) log.warn({ err: error }, `${what} could not be deleted`);
    }
  }, interval);
  timer.unref();
  return () => clearInterval(timer);
}
