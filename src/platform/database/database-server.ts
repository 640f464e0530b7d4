import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { startEmbeddedDatabase } from '../embedded-postgres/start.js';
import type { StartError } from '../start-error.js';

/** A running PostgreSQL: the operator's, or the gateway's own. */
export interface DatabaseServer {
  connection: PoolConfig;
  /** Resolves, with the reason, when the gateway must end since its own server is lost. An operator's never is. */
  lost: Promise<StartError>;
  /** Stops the server if it is the gateway's own. */
  stop(): Promise<void>;
}

interface Settings {
  /** Undefined: the gateway runs a PostgreSQL of its own in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
}

/**
 * Returns the operator's server, or starts the embedded one.
 * @param onLaunch called when the process of the embedded server exists, which takes a moment longer to be ready
 * @throws StartError when the embedded server cannot be started
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
 * Starts the server in two steps: this returns when its process exists, so that the gateway goes on with its own start
 * while PostgreSQL gets ready.
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
