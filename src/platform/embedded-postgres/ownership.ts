import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';

/** The key of the advisory lock that the owner of a DATA_DIR holds. The number is arbitrary, but must never change. */
const key = 1_734_440_037;

/** The error if DATA_DIR belongs to another gateway or another PostgreSQL. */
export class TakenError extends StartError {}

/** The number of milliseconds to wait for the lock. PostgreSQL takes a moment to notice that its gateway was killed. */
const lockTimeoutMs = 500;

/**
 * Makes this gateway the owner of its DATA_DIR while the client is connected. The lock belongs to the session, so
 * PostgreSQL also releases it when the gateway is killed.
 * @returns false if PostgreSQL is no longer running
 * @throws TakenError if another gateway is the owner
 */
export async function takeOwnership(client: pg.Client, { root, cluster }: DataDir): Promise<boolean> {
  const deadline = Date.now() + lockTimeoutMs;
  for (;;) {
    const row = await tryLock(client);
    if (!row) return false;
    if (row.cluster !== cluster) {
      throw new TakenError(
        `The running PostgreSQL uses ${row.cluster} instead of ${cluster}. Stop it, then start the gateway again.`,
      );
    }
    if (row.locked) return true;
    if (Date.now() > deadline) {
      throw new TakenError(
        `Another gateway is already using DATA_DIR ${root}. Stop it, or set a different DATA_DIR for this gateway.`,
      );
    }
    await setTimeout(50);
  }
}

async function tryLock(client: pg.Client): Promise<{ cluster: string; locked: boolean } | undefined> {
  const query = `select current_setting('data_directory') as cluster, pg_try_advisory_lock($1) as locked`;
  const result = await client.query(query, [key]).catch(() => undefined);
  return result?.rows[0];
}
