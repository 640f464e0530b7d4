import { readConfig, readEnvironment } from './src/config/config.js';
import { entities } from './src/features/entities.js';
import { databaseOptions } from './src/platform/database/mikro-orm-options.js';
import { migratingTimeouts } from './src/platform/database/timeouts.js';
import { StartError } from './src/platform/start-error.js';

/** The configuration of MikroORM's command line (`npx mikro-orm`), derived from the configuration of the gateway. */
export default () => {
  const { databaseUrl } = readConfig(readEnvironment());
  if (!databaseUrl) throw new StartError("DATABASE_URL: must be set for MikroORM's command line");
  return databaseOptions(entities, { ...migratingTimeouts, connectionString: databaseUrl });
};
