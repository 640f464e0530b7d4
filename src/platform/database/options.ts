import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityClass, type MigrationObject } from '@mikro-orm/postgresql';
import { type PoolConfig, types } from 'pg';
import type { Logger } from 'pino';
import { Migration20261124Idempotency } from './migrations/migration-20261124-idempotency.js';
import { Migration20261124Initial } from './migrations/migration-20261124-initial.js';
import { Migration20261124Life } from './migrations/migration-20261124-life.js';
import { Migration20261124RateLimits } from './migrations/migration-20261124-rate-limits.js';
import { Migration20261124Trail } from './migrations/migration-20261124-trail.js';
import { Migration20261128Tokens } from './migrations/migration-20261128-tokens.js';

/** In the order in which they run. A name that has run somewhere never changes again. */
export const migrations: MigrationObject[] = [
  { name: '20261124-initial', class: Migration20261124Initial },
  { name: '20261124-idempotency', class: Migration20261124Idempotency },
  { name: '20261124-rate-limits', class: Migration20261124RateLimits },
  { name: '20261124-life', class: Migration20261124Life },
  { name: '20261124-trail', class: Migration20261124Trail },
  { name: '20261128-tokens', class: Migration20261128Tokens },
];

/**
 * MikroORM's options, for the gateway and for MikroORM's command line alike.
 * @param connection where PostgreSQL is, as node-postgres takes it, and how long it may take (limits.ts)
 * @param log where the ORM's own lines go; to stdout when left out
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
    // Handed to node-postgres as it is, so that a URL's parameters (sslmode, host=/socket) mean what they say.
    // Values come as node-postgres reads them, with dates as Date: the ORM takes those as well as its own text.
    driverOptions: { ...connection, types },
    dbName: connection.database ?? 'postgres',
    // Kept for ten minutes: a new connection has to prepare its statements first.
    pool: { min: 0, max: 10, idleTimeoutMillis: 600_000 },
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false }, // who migrates needs none
    colors: !log,
    ...(log && { logger: (message: string) => log.info(message) }),
    // Tables that no entity stands for: a library's own, and those that statements alone look into.
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
