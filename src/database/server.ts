import type { PoolConfig } from 'pg';
import { startEmbeddedDatabase } from './embedded/start.js';

/** Where PostgreSQL is. */
export interface DatabaseServer {
  connection: PoolConfig;
  /** Stops it, if it is the gateway's own. */
  stop(): Promise<void>;
}

interface Settings {
  /** Without it the gateway runs a PostgreSQL of its own in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
}

/**
 * The operator's server, or the embedded one, started.
 * @throws StartError when that cannot be started
 */
export async function startDatabaseServer(
  { databaseUrl, dataDir }: Settings,
  onLaunch?: () => void,
): Promise<DatabaseServer> {
  if (!databaseUrl) return startEmbeddedDatabase({ dataDir, onLaunch });
  return { connection: { connectionString: databaseUrl }, stop: async () => {} };
}

/**
 * The same in two steps: returns when PostgreSQL's process is there, so that its start and whatever the gateway
 * does meanwhile go on side by side.
 */
export function launchDatabaseServer(settings: Settings): Promise<{ ready: Promise<DatabaseServer> }> {
  return new Promise((resolve, reject) => {
    const ready = startDatabaseServer(settings, () => resolve({ ready }));
    ready.then(() => resolve({ ready }), reject);
  });
}
