import { readConfig } from './src/config/config.js';
import { readEnvironment } from './src/config/environment.js';
import { entities } from './src/features/entities.js';
import { migratingLimits } from './src/platform/database/limits.js';
import { databaseOptions } from './src/platform/database/options.js';
import { StartError } from './src/platform/start-error.js';

/** For MikroORM's command line (`npx mikro-orm`), with the gateway's own configuration. */
export default () => {
  const { databaseUrl } = readConfig(readEnvironment());
  if (!databaseUrl) throw new StartError("DATABASE_URL: must be set for MikroORM's command line");
  return databaseOptions(entities, { ...migratingLimits, connectionString: databaseUrl });
};
