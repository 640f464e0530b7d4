import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { whyUnavailable } from './unavailable.js';

/** In milliseconds. Things that start together start in any order; whoever mistyped a URL wants to be told. */
const patience = 10_000;

/** Waits a while for a database that is still starting. @throws StartError when it cannot be reached */
export async function reach(pool: Pool, log: Logger): Promise<void> {
  const deadline = Date.now() + patience;
  for (let attempt = 1; ; attempt++) {
    const error = await pool.query('select').then(
      () => undefined,
      (error) => error,
    );
    if (!error) return;
    if (!mayPass(error) || Date.now() > deadline) {
      // An error for several addresses of a name has no text of its own.
      throw new StartError(`DATABASE_URL: PostgreSQL cannot be reached: ${error.message || error.code}`);
    }
    if (attempt === 1) log.info(`waiting ${patience / 1000} seconds for PostgreSQL`);
    await setTimeout(250);
  }
}

/** A password that is wrong stays wrong, and a database that does not exist is mostly a mistake. */
function mayPass(error: unknown): boolean {
  const reason = whyUnavailable(error);
  return reason !== undefined && !/^SQLSTATE (28|3D)/.test(reason);
}
