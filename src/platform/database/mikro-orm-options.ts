import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityClass } from '@mikro-orm/postgresql';
import { type PoolConfig, types } from 'pg';
import type { Logger } from 'pino';
import { migrations } from './migrations/migrations.js';
import { poolClientClass } from './pool-client.js';

/**
 * Returns MikroORM's options, for the gateway and for MikroORM's command line.
 * @param connection the connection options of node-postgres, including those of timeouts.ts
 * @param log receives the ORM's own messages; if omitted, they are written to stdout
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
    // The options are passed to node-postgres unchanged, so that URL parameters (sslmode, host=/socket) work.
    // node-postgres's own type parsers convert dates to Date, which the ORM accepts as well as text.
    driverOptions: { Client: poolClientClass(), ...connection, types },
    dbName: connection.database ?? 'postgres',
    // Idle connections are kept for ten minutes, because a new connection must prepare its statements again.
    pool: { min: 0, max: 10, idleTimeoutMillis: 600_000 },
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false }, // migrations need no entities
    colors: !log,
    ...(log && { logger: (message: string) => log.info(message) }),
    // These tables have no entity. rate_limit belongs to a library; only hand-written statements use the others.
    schemaGenerator: {
      skipTables: [
        'audit_minute',
        'rate_limit',
        'retired_client_id',
        'revoked_token',
        'signing_key',
        'tenant_external_id',
        'token_count',
        'token_count_batch',
        'used_assertion',
        'used_workload_token',
      ],
    },
    migrations: { tableName: 'migration', migrationsList, snapshot: false, silent: Boolean(log) },
  });
}
