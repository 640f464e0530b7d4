import { readConfig } from './src/config.js';
import { databaseOptions } from './src/database/options.js';
import { entities } from './src/entities.js';

/** For MikroORM's command line (`npx mikro-orm`), with the gateway's own configuration. */
export default () => databaseOptions(entities, { connectionString: readConfig(process.env).databaseUrl });
