import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { whyUnavailable } from './database-errors.js';

/** Programs that are started together start in any order, but whoever mistyped a URL wants to know soon. */
const timeoutMs = 10_000;

/** Waits for a database that is still starting. @throws StartError when it cannot be reached in time */
export async function waitForDatabase(pool: Pool, log: Logger): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    const error = await pool.query('select').then(
      () => undefined,
      (error) => error,
    );
    if (!error) return;
    if (!isTransient(error) || Date.now() > deadline) {
      // Node's error about several addresses of one host name has no message of its own.
      throw new StartError(`DATABASE_URL: cannot connect to PostgreSQL: ${error.message || error.code}`);
    }
    if (attempt === 1) log.info(`Waiting up to ${timeoutMs / 1000} seconds for PostgreSQL`);
    await setTimeout(250);
  }
}

/** A wrong password stays wrong, and a database that does not exist is mostly a mistake. */
function isTransient(error: unknown): boolean {
  const reason = whyUnavailable(error);
  return reason !== undefined && !/^SQLSTATE (28|3D)/.test(reason);
}
