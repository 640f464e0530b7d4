import { readConfig } from './src/config.js';
import { migratingLimits } from './src/database/limits.js';
import { databaseOptions } from './src/database/options.js';
import { entities } from './src/entities.js';
import { readEnvironment } from './src/environment.js';
import { StartError } from './src/start-error.js';

/** For MikroORM's command line (`npx mikro-orm`), with the gateway's own configuration. */
export default () => {
  const { databaseUrl } = readConfig(readEnvironment());
  if (!databaseUrl) throw new StartError("DATABASE_URL: must be set for MikroORM's command line");
  return databaseOptions(entities, { ...migratingLimits, connectionString: databaseUrl });
};
