import type { Pool } from 'pg';
import type { Logger } from 'pino';

/**
 * Removes expired rows once a minute; each gateway does.
 * @param interval milliseconds
 * @returns what ends it
 */
export function startPurge(pool: Pool, log: Logger, interval = 60_000): () => void {
  const timer = setInterval(() => {
    pool
      .query('delete from idempotency_key where expires_at <= now()')
      .catch((error) => log.warn({ err: error }, 'expired idempotency keys could not be removed'));
  }, interval);
  timer.unref();
  return () => clearInterval(timer);
}
