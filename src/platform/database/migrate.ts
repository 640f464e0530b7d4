import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Pool, PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { whyUnavailable } from './database-errors.js';
import { migrations } from './migrations/migrations.js';
import { databaseOptions } from './mikro-orm-options.js';
import { runMigrations, TableInUse } from './run-migrations.js';
import { run } from './sql.js';
import { migratingTimeouts } from './timeouts.js';
import { pause } from './wait-for-database.js';

/** The key of the advisory lock for migrations. The number is arbitrary, but must never change. */
const migrationLock = 7_420_175;

/** The number of minutes to wait for another gateway that is migrating the database. */
const maxWaitMinutes = 10;
/** The number of milliseconds between two attempts to take the lock. */
const pollMs = 250;

/** The oldest supported version of PostgreSQL, in the format of `server_version_num`. */
const oldestVersion = 140_000;

/**
 * The maximum number of attempts to lock the tables of a migration. The pause between two attempts is as long as the
 * lock timeout.
 */
const maxAttempts = 8;

interface Options {
  connection: PoolConfig;
  /** The pool that serves requests. */
  pool: Pool;
  log: Logger;
  list?: typeof migrations;
  /** Ends a wait for another gateway or for a table, but no migration. */
  signal?: AbortSignal | undefined;
}

/**
 * Migrates the schema in one transaction, which holds an advisory lock. Gateways that start at the same time wait for
 * each other. All but the first then find nothing to migrate.
 * @throws StartError if the server is too old, if a migration fails, or if another gateway does not finish; or the
 *   reason of the signal
 */
export async function migrate(options: Options): Promise<void> {
  const { connection, pool, log, list = migrations } = options;
  // Most starts find nothing to migrate. In an empty database, the table of migrations does not exist yet.
  const { rows: tables } = await pool.query(`select to_regclass('migration') as name`);
  if (tables[0].name && (await isMigrated(pool, list))) return;
  // Migrations use a separate pool, because the timeouts of requests must not interrupt them.
  const orm = new MikroORM(databaseOptions([], { ...migratingTimeouts, ...connection }, log, list));
  try {
    await migrateInTurn(orm.em, options);
  } finally {
    await orm.close(true);
  }
}

async function migrateInTurn(em: EntityManager, { pool, log, signal }: Options): Promise<void> {
  const deadline = Date.now() + maxWaitMinutes * 60_000;
  let attempts = 0;
  let isWaiting = false;
  for (;;) {
    try {
      const isDone = await em
        .fork()
        .transactional(async (tx) => (await takeLock(tx)) && runMigrations(tx, log));
      if (isDone) return;
      if (!isWaiting)
        log.info(`Waiting up to ${maxWaitMinutes} minutes for another gateway to migrate the database`);
      isWaiting = true;
      if (Date.now() > deadline) throw await waitedTooLong(pool);
      await pause(pollMs, signal);
    } catch (error) {
      attempts += 1;
      const reason = whyUnavailable(error);
      if (reason) throw new StartError(`DATABASE_URL: cannot migrate the database: ${reason}. Start again.`);
      if (!(error instanceof TableInUse) || attempts === maxAttempts) throw error;
      log.warn({ migration: error.migration }, 'Migration could not lock a table that is in use; retrying');
      await pause(Number(migratingTimeouts.lock_timeout), signal);
    }
  }
}

/**
 * Takes the lock for migrations, until the end of the transaction. A connection pooler could give the session to
 * another client, with a lock of the session.
 * @returns false if another gateway has the lock
 */
async function takeLock(tx: EntityManager): Promise<boolean> {
  const [row] = await run<{ version: number; encoding: string; taken: boolean }>(tx, {
    text: `select current_setting('server_version_num')::integer as version,
        current_setting('server_encoding') as encoding, pg_try_advisory_xact_lock($1) as taken`,
    values: [migrationLock],
  });
  if (Number(row?.version) < oldestVersion)
    throw new StartError('DATABASE_URL: PostgreSQL 14 or newer is required');
  if (row?.encoding !== 'UTF8')
    throw new StartError(
      `DATABASE_URL: the encoding of the database must be UTF8, not ${row?.encoding}. ` +
        `Create one with: create database gateway encoding 'UTF8' locale 'C' template template0`,
    );
  return row?.taken === true;
}

async function waitedTooLong(pool: Pool): Promise<StartError> {
  const { rows } = await pool.query(
    `select pid from pg_locks
     where locktype = 'advisory' and granted and classid = 0 and objid = $1 and objsubid = 1
       and database = (select oid from pg_database where datname = current_database())`,
    [migrationLock],
  );
  const undo = rows.map(({ pid }) => `, or undo its migration with: select pg_terminate_backend(${pid})`);
  return new StartError(
    `DATABASE_URL: another gateway has been migrating the database for ${maxWaitMinutes} minutes. ` +
      `Wait until it has finished${undo.join('')}. Then start again.`,
  );
}

/** Returns whether the schema is the version that this gateway needs, or a newer one. */
export async function isMigrated(pool: Pool, list = migrations): Promise<boolean> {
  const { rowCount } = await pool.query('select from migration where name = $1', [list.at(-1)?.name]);
  return rowCount === 1;
}
