import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { type Postmaster, port } from './postmaster.js';

/** The connection parameters of node-postgres. All of them are given, so that variables like PGPORT have no effect. */
export interface EmbeddedConnection {
  /** The folder of the Unix socket. */
  host: string;
  port: number;
  user: string;
  database: string;
  ssl: false;
}

/** Milliseconds until PostgreSQL must be ready: recovery after a power failure can take a while. */
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
 * @returns undefined when PostgreSQL has stopped or failed to start, or when the signal is aborted
 * @throws StartError when it is not ready in time
 */
export async function connectWhenReady(
  postmaster: Postmaster,
  { log }: DataDir,
  signal?: AbortSignal,
): Promise<pg.Client | undefined> {
  const deadline = Date.now() + readyTimeoutMs;
  while (!signal?.aborted && (await postmaster.isRunning())) {
    const client = new pg.Client({ ...connectionTo(postmaster), connectionTimeoutMillis: 5000 });
    // An 'error' event without a listener would end the process; a lost connection shows at the next query.
    client.on('error', () => {});
    try {
      return await client.connect();
    } catch (error) {
      if (Date.now() > deadline) {
        // PostgreSQL is not stopped, since it would have to begin its recovery again.
        throw new StartError(
          `PostgreSQL is not ready after 60 seconds (${(error as Error).message}). See ${log}, then start the gateway again.`,
        );
      }
      await setTimeout(20);
    }
  }
  return undefined;
}
