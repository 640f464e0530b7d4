import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityClass } from '@mikro-orm/postgresql';
import { type PoolConfig, types } from 'pg';
import type { Logger } from 'pino';
import { migrations } from './migrations/migrations.js';

/**
 * Returns MikroORM's options, for the gateway as well as for MikroORM's command line.
 * @param connection the address of PostgreSQL in the form that node-postgres takes, and timeouts.ts
 * @param log takes the ORM's own lines, which go to stdout when it is left out
 */
export function databaseOptions(
  entities: EntityClass<unknown>[],
  connection: PoolConfig,
  log?: Logger,
  migrationsList = migrations,
) {
  return defineConfig({
    entities,
    extensions: [Migrator],
    // node-postgres gets the connection as it is, so that the parameters of a URL (sslmode, host=/socket) work. Its
    // own type parsers make dates a Date, which the ORM accepts as well as text.
    driverOptions: { ...connection, types },
    dbName: connection.database ?? 'postgres',
    // Connections are kept for ten minutes, since a new one has to prepare its statements first.
    pool: { min: 0, max: 10, idleTimeoutMillis: 600_000 },
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false }, // migrations need none
    colors: !log,
    ...(log && { logger: (message: string) => log.info(message) }),
    // These tables have no entity: one belongs to a library, the others are used by hand-written statements alone.
    schemaGenerator: {
      skipTables: [
        'rate_limit',
        'retired_client_id',
        'revoked_token',
        'signing_key',
        'token_count',
        'token_count_batch',
      ],
    },
    migrations: { tableName: 'migration', migrationsList, snapshot: false },
  });
}
