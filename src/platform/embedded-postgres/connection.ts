import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { port, type Server } from './server.js';

/** How node-postgres reaches the embedded PostgreSQL: nothing is left to variables like PGPORT and PGSSLMODE. */
export interface EmbeddedConnection {
  /** The folder of the Unix socket. */
  host: string;
  port: number;
  user: string;
  database: string;
  ssl: false;
}

/** Recovery after a power failure can take a while. */
const patience = 60_000;

export const connectionTo = (server: Server): EmbeddedConnection => ({
  host: server.socketFolder,
  port,
  user: 'postgres',
  database: 'postgres',
  ssl: false,
});

/**
 * Connects as soon as PostgreSQL is ready. Returns nothing when it is gone (it stopped, or failed to start), or
 * when the signal says that it is wanted no more.
 */
export async function connectWhenReady(
  server: Server,
  { log }: DataDir,
  signal?: AbortSignal,
): Promise<pg.Client | undefined> {
  const deadline = Date.now() + patience;
  while (!signal?.aborted && (await server.isRunning())) {
    const client = new pg.Client({ ...connectionTo(server), connectionTimeoutMillis: 5000 });
    // Whoever uses the client hears of a lost connection from its next query.
    client.on('error', () => {});
    try {
      return await client.connect();
    } catch (error) {
      if (Date.now() > deadline) {
        // It goes on: stopped now, it would have to begin its recovery anew.
        throw new StartError(
          `PostgreSQL is not ready after a minute (${(error as Error).message}): see ${log}, then start again`,
        );
      }
      await setTimeout(20);
    }
  }
  return undefined;
}
