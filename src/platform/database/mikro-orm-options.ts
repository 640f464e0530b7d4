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
import { Migration20261129Contact } from './migrations/migration-20261129-contact.js';

/** The migrations in the order in which they run. A name that has run anywhere never changes again. */
export const migrations: MigrationObject[] = [
  { name: '20261124-initial', class: Migration20261124Initial },
  { name: '20261124-idempotency', class: Migration20261124Idempotency },
  { name: '20261124-rate-limits', class: Migration20261124RateLimits },
  { name: '20261124-life', class: Migration20261124Life },
  { name: '20261124-trail', class: Migration20261124Trail },
  { name: '20261128-tokens', class: Migration20261128Tokens },
  { name: '20261129-contact', class: Migration20261129Contact },
];

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
