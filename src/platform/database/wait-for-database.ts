import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { whyUnavailable } from './database-errors.js';

/** The gateway may start before its database. But an operator who mistyped a URL should see the error soon. */
const timeoutMs = 10_000;

/**
 * Waits for a database that is still starting.
 * @throws StartError if it cannot be reached in time; or the reason of the signal
 */
export async function waitForDatabase(pool: Pool, log: Logger, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    const error = await pool.query('select').then(
      () => undefined,
      (error) => error,
    );
    if (!error) return;
    if (!isTransient(error) || Date.now() > deadline) {
      // Node's error about several addresses of one host name has a code but no message.
      throw new StartError(`DATABASE_URL: cannot connect to PostgreSQL: ${error.message || error.code}`);
    }
    if (attempt === 1) log.info(`Waiting up to ${timeoutMs / 1000} seconds for PostgreSQL`);
    await pause(250, signal);
  }
}

/**
 * Returns whether waiting may help. It does not help against a wrong password, and a missing database is usually a
 * mistake in the URL.
 */
function isTransient(error: unknown): boolean {
  const reason = whyUnavailable(error);
  return reason !== undefined && !/^SQLSTATE (28|3D)/.test(reason);
}

/** Waits for a number of milliseconds. @throws the reason of the signal if it is aborted during that time */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(milliseconds, undefined, signal && { signal }).catch(() => {});
  signal?.throwIfAborted();
}
