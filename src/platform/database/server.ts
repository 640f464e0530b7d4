import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { startEmbeddedDatabase } from '../embedded-postgres/start.js';
import type { StartError } from '../start-error.js';

/** Where PostgreSQL is. */
export interface DatabaseServer {
  connection: PoolConfig;
  /** Resolves, with the reason, when the gateway must not go on with it. An operator's server never is lost. */
  lost: Promise<StartError>;
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
  log: Logger,
  onLaunch?: () => void,
): Promise<DatabaseServer> {
  if (!databaseUrl) return startEmbeddedDatabase({ dataDir, log, onLaunch });
  return {
    connection: { connectionString: databaseUrl },
    lost: new Promise(() => {}),
    stop: async () => {},
  };
}

/**
 * The same in two steps: returns when PostgreSQL's process is there, so that its start and whatever the gateway
 * does meanwhile go on side by side.
 */
export function launchDatabaseServer(
  settings: Settings,
  log: Logger,
): Promise<{ ready: Promise<DatabaseServer> }> {
  return new Promise((resolve, reject) => {
    const ready = startDatabaseServer(settings, log, () => resolve({ ready }));
    ready.then(() => resolve({ ready }), reject);
  });
}
