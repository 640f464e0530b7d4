import type { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { StartError } from '../start-error.js';
import { migrations } from './options.js';

/** Any constant: advisory locks of this database under this number are about migrating. */
const migrationLock = 7_420_175;

/** The oldest PostgreSQL that the SQL is written for, as `server_version_num` tells it. */
const oldestVersion = 140_000;

/**
 * Brings the schema up to date. Gateways that start at once wait for each other on an advisory lock, and
 * all but the first find nothing left to do.
 * @throws StartError when the server is too old
 */
export async function migrate(orm: MikroORM, pool: Pool): Promise<void> {
  // At most starts there is nothing to do. A database that is still empty has no table to ask.
  const { rows: tables } = await pool.query(`select to_regclass('migration') as name`);
  if (tables[0].name && (await isMigrated(pool))) return;
  const lock = await pool.connect();
  try {
    const { rows } = await lock.query(`select current_setting('server_version_num')::int as version`);
    if (rows[0].version < oldestVersion) {
      throw new StartError('DATABASE_URL: PostgreSQL 14 or newer is needed');
    }
    await lock.query('select pg_advisory_lock($1)', [migrationLock]);
    await orm.migrator.up();
  } finally {
    // Closes the connection, and with it frees the lock even where the query above has failed.
    lock.release(true);
  }
}

/** Whether the schema is the one that this gateway was built for, or a newer one. */
export async function isMigrated(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query('select from migration where name = $1', [migrations.at(-1)?.name]);
  return rowCount === 1;
}
