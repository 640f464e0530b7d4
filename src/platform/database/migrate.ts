import { setTimeout } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { migratingLimits } from './limits.js';
import { databaseOptions, migrations } from './options.js';

/** Any constant: advisory locks of this database under this number are about migrating. */
const migrationLock = 7_420_175;

/** The oldest PostgreSQL that the SQL is written for, as `server_version_num` tells it. */
const oldestVersion = 140_000;

/** How often a migration tries to get its tables, with as long a pause in between as it waits for them. */
const attempts = 8;

/**
 * Brings the schema up to date, in one transaction: all that is new, or nothing. Gateways that start at once wait
 * for each other on an advisory lock, and all but the first find nothing left to do.
 * @throws StartError when the server is too old, or a migration fails
 */
export async function migrate(
  connection: PoolConfig,
  pool: Pool,
  log: Logger,
  list = migrations,
): Promise<void> {
  // At most starts there is nothing to do. A database that is still empty has no table to ask.
  const { rows: tables } = await pool.query(`select to_regclass('migration') as name`);
  if (tables[0].name && (await isMigrated(pool, list))) return;
  // A pool of its own: what bounds a request must not cut a migration short.
  const orm = new MikroORM(databaseOptions([], { ...migratingLimits, ...connection }, log, list));
  try {
    const own: Pool = await orm.em.getConnection().getNativeClient();
    const lock = await own.connect();
    try {
      await takeTurn(lock, log);
      await runAll(orm, log);
    } finally {
      // Closes the connection, and with it frees the lock even where the query above has failed.
      lock.release(true);
    }
  } finally {
    await orm.close(true);
  }
}

async function takeTurn(lock: PoolClient, log: Logger): Promise<void> {
  const { rows } = await lock.query(`select current_setting('server_version_num')::int as version`);
  if (rows[0].version < oldestVersion) throw new StartError('DATABASE_URL: PostgreSQL 14 or newer is needed');
  // The limit is for tables. Another gateway's migration may take long.
  await lock.query('set lock_timeout = 0');
  const { rows: tries } = await lock.query('select pg_try_advisory_lock($1) as taken', [migrationLock]);
  if (tries[0].taken) return;
  log.info('waiting for another gateway to migrate the database');
  await lock.query('select pg_advisory_lock($1)', [migrationLock]);
}

async function runAll(orm: MikroORM, log: Logger): Promise<void> {
  let name = '';
  orm.migrator.on('migrating', (migration) => {
    name = migration.name;
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await orm.migrator.up();
      return;
    } catch (error) {
      const busy = (error as { code?: string }).code === '55P03';
      if (!busy || attempt === attempts) {
        throw new StartError(
          `DATABASE_URL: the migration ${name} failed: ${told(error as Error)}. The schema is as it was before.`,
        );
      }
      log.warn({ migration: name }, 'a table is in use: the migration lets others pass, and tries again');
      await setTimeout(Number(migratingLimits.lock_timeout));
    }
  }
}

/** What PostgreSQL says of an error, without what it quotes of the data. The ORM adds its details in new lines. */
function told({ message, code }: Error & { code?: string }): string {
  const [line = ''] = message.split('\n');
  return line.replace(/: ".*/, '') + (code ? ` (SQLSTATE ${code})` : '');
}

/** Whether the schema is the one that this gateway was built for, or a newer one. */
export async function isMigrated(pool: Pool, list = migrations): Promise<boolean> {
  const { rowCount } = await pool.query('select from migration where name = $1', [list.at(-1)?.name]);
  return rowCount === 1;
}
