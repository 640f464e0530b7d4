import type { Logger } from 'pino';
import { startEmbeddedDatabase } from '../embedded-postgres/start.js';
import type { StartError } from '../start-error.js';
import type { ConnectionConfig, Prepared } from './limited-client.js';

/** A running PostgreSQL server: the operator's, or the gateway's embedded server. */
export interface DatabaseServer {
  connection: ConnectionConfig;
  /**
   * Resolves with the reason why the gateway must stop when its embedded server is lost. Never resolves for the
   * operator's server.
   */
  lost: Promise<StartError>;
  /** Stops the embedded server. Does nothing to the operator's server. */
  stop(): Promise<void>;
}

interface StartOptions {
  /** Is called when the process of the embedded server exists, shortly before the server is ready. */
  onLaunch?: () => void;
  /** Ends the creation of the embedded server's cluster. */
  creationSignal?: AbortSignal;
}

interface Settings {
  /** If undefined, the gateway runs its embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | undefined;
  databasePrepared?: Prepared;
  dataDir: string;
}

/**
 * Returns the operator's server, or starts the embedded one.
 * @throws StartError if the embedded server cannot be started, or the reason of the signal
 */
export async function startDatabaseServer(
  { databaseUrl, databasePrepared: prepared = 'auto', dataDir }: Settings,
  log: Logger,
  options: StartOptions = {},
): Promise<DatabaseServer> {
  if (!databaseUrl) return startEmbeddedDatabase({ dataDir, log, ...options });
  return {
    connection: { connectionString: databaseUrl, prepared },
    lost: new Promise(() => {}),
    stop: async () => {},
  };
}

/**
 * Starts the server in two steps. The promise resolves when the server's process exists, so that the gateway can
 * continue its own start while PostgreSQL gets ready.
 * @param creationSignal ends the creation of the embedded server's cluster
 */
export function launchDatabaseServer(
  settings: Settings,
  log: Logger,
  creationSignal: AbortSignal,
): Promise<{ ready: Promise<DatabaseServer> }> {
  return new Promise((resolve, reject) => {
    const ready = startDatabaseServer(settings, log, { onLaunch: () => resolve({ ready }), creationSignal });
    ready.then(() => resolve({ ready }), reject);
  });
}
