import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { type Postmaster, port } from './postmaster.js';

/** The connection parameters of node-postgres. All of them are set, so that variables such as PGPORT have no effect. */
export interface EmbeddedConnection {
  /** The folder of the Unix socket. */
  host: string;
  port: number;
  user: string;
  database: string;
  ssl: false;
}

/**
 * The number of milliseconds within which PostgreSQL must be ready. Recovery after a power failure can take a while.
 */
const readyTimeoutMs = 60_000;

export const connectionTo = (postmaster: Postmaster): EmbeddedConnection => ({
  host: postmaster.socketFolder,
  port,
  user: 'postgres',
  database: 'postgres',
  ssl: false,
});

/**
 * Connects as soon as PostgreSQL is ready.
 * @returns undefined if PostgreSQL has stopped or failed to start, or if the signal is aborted
 * @throws StartError if PostgreSQL is not ready in time
 */
export async function connectWhenReady(
  postmaster: Postmaster,
  { log }: DataDir,
  signal?: AbortSignal,
): Promise<pg.Client | undefined> {
  const deadline = Date.now() + readyTimeoutMs;
  while (!signal?.aborted && (await postmaster.isRunning())) {
    const client = new pg.Client({ ...connectionTo(postmaster), connectionTimeoutMillis: 5000 });
    // An 'error' event without a listener would end the process. A lost connection shows at the next query anyway.
    client.on('error', () => {});
    try {
      return await client.connect();
    } catch (error) {
      if (Date.now() > deadline) {
        // PostgreSQL continues to run, because a new start would begin its recovery again.
        throw new StartError(
          `PostgreSQL is not ready after 60 seconds (${(error as Error).message}). See ${log}, then start the gateway again.`,
        );
      }
      await setTimeout(20);
    }
  }
  return undefined;
}
