import { pino } from 'pino';
import type { Config } from '../config/config.js';
import { type DatabaseServer, startDatabaseServer } from '../platform/database/database-server.js';
import { isCluster } from '../platform/embedded-postgres/cluster.js';
import { connectionTo } from '../platform/embedded-postgres/connection.js';
import { prepareDataDir } from '../platform/embedded-postgres/data-dir.js';
import { findPostmaster } from '../platform/embedded-postgres/postmaster.js';
import { StartError } from '../platform/start-error.js';

/**
 * Connects to the database of the gateways. If no gateway is running, the command starts the embedded database, because
 * a gateway may need a new key to start.
 */
export async function connectToGateways(
  config: Pick<Config, 'databaseUrl' | 'databasePrepared' | 'dataDir'>,
): Promise<Pick<DatabaseServer, 'connection' | 'stop'>> {
  if (!config.databaseUrl) {
    const dataDir = await prepareDataDir(config.dataDir);
    const running = await findPostmaster(dataDir);
    if (running) return { connection: connectionTo(running), stop: async () => {} };
    if (!isCluster(dataDir)) {
      throw new StartError(
        `DATA_DIR ${config.dataDir} contains no database. Set DATA_DIR to the one of the gateway, or set DATABASE_URL.`,
      );
    }
  }
  return startDatabaseServer(config, pino({ level: 'silent' }));
}
