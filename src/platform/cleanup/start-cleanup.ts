import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../database/database-errors.js';
import { run } from '../database/sql.js';
import type { CleanupJob } from './jobs.js';

const minuteMs = 60_000;

/**
 * Starts jobs that delete old rows once a minute. Every gateway runs them. A job does not log that the database is
 * unavailable, because the outage is logged elsewhere (database/outage.ts).
 * @returns a function that stops the jobs
 */
export function startCleanup(
  pool: Pool,
  log: Logger,
  jobs: readonly CleanupJob[],
  intervalMs = minuteMs,
): () => void {
  const timers = jobs.map(({ rows, statement }) =>
    setInterval(async () => {
      try {
        await run(pool, statement());
      } catch (error) {
        if (!whyUnavailable(error)) log.warn({ err: error }, `Cleanup could not delete ${rows}`);
      }
    }, intervalMs).unref(),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
