import { setTimeout } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { migrations } from './migrations/migrations.js';
import { databaseOptions } from './mikro-orm-options.js';
import { migratingTimeouts } from './timeouts.js';

/** The key of the advisory lock for migrations. The number is arbitrary, but must never change. */
const migrationLock = 7_420_175;

/** The oldest supported version of PostgreSQL, in the format of `server_version_num`. */
const oldestVersion = 140_000;

/**
 * The maximum number of attempts to lock the tables of a migration. The pause between two attempts is as long as the
 * lock timeout.
 */
const maxAttempts = 8;

/**
 * Migrates the schema in one transaction. Gateways that start at the same time wait for each other on an advisory lock.
 * All but the first then find nothing to migrate.
 * @throws StartError if the server is too old, or if a migration fails
 */
export async function migrate(
  connection: PoolConfig,
  pool: Pool,
  log: Logger,
  list = migrations,
): Promise<void> {
  // Most starts find nothing to migrate. In an empty database, the table of migrations does not exist yet.
  const { rows: tables } = await pool.query(`select to_regclass('migration') as name`);
  if (tables[0].name && (await isMigrated(pool, list))) return;
  // Migrations use a separate pool, because the timeouts of requests must not interrupt them.
  const orm = new MikroORM(databaseOptions([], { ...migratingTimeouts, ...connection }, log, list));
  try {
    const ownPool: Pool = await orm.em.getConnection().getNativeClient();
    const lockHolder = await ownPool.connect();
    try {
      await waitForLock(lockHolder, log);
      await runAll(orm, log);
    } finally {
      // Closing the connection releases the lock, even if a statement above has failed.
      lockHolder.release(true);
    }
  } finally {
    await orm.close(true);
  }
}

async function waitForLock(client: PoolClient, log: Logger): Promise<void> {
  const { rows } = await client.query(`select current_setting('server_version_num')::int as version`);
  if (rows[0].version < oldestVersion)
    throw new StartError('DATABASE_URL: PostgreSQL 14 or newer is required');
  // The lock timeout is meant for tables. The migration of another gateway may take longer.
  await client.query('set lock_timeout = 0');
  const { rows: attempts } = await client.query('select pg_try_advisory_lock($1) as taken', [migrationLock]);
  if (attempts[0].taken) return;
  log.info('Waiting for another gateway to migrate the database');
  await client.query('select pg_advisory_lock($1)', [migrationLock]);
}

async function runAll(orm: MikroORM, log: Logger): Promise<void> {
  let name = '';
  orm.migrator.on('migrating', (migration) => {
    name = migration.name;
  });
  orm.migrator.on('migrated', (migration) => {
    log.info({ migration: migration.name }, 'Migration was applied');
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await orm.migrator.up();
      return;
    } catch (error) {
      const busy = (error as { code?: string }).code === '55P03';
      if (!busy || attempt === maxAttempts) {
        throw new StartError(
          `DATABASE_URL: migration ${name} failed: ${withoutData(error as Error)}. The schema is unchanged.`,
        );
      }
      log.warn({ migration: name }, 'Migration could not lock a table that is in use; retrying');
      await setTimeout(Number(migratingTimeouts.lock_timeout));
    }
  }
}

/** Returns PostgreSQL's message without the data that it quotes. The ORM adds details on further lines. */
function withoutData({ message, code }: Error & { code?: string }): string {
  const [line = ''] = message.split('\n');
  return line.replace(/: ".*/, '') + (code ? ` (SQLSTATE ${code})` : '');
}

/** Returns whether the schema is the version that this gateway needs, or a newer one. */
export async function isMigrated(pool: Pool, list = migrations): Promise<boolean> {
  const { rowCount } = await pool.query('select from migration where name = $1', [list.at(-1)?.name]);
  return rowCount === 1;
}
