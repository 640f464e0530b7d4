import { type EntityClass, MikroORM } from '@mikro-orm/postgresql';
import pg, { type Pool } from 'pg';
import type { Logger } from 'pino';
import { discardBrokenConnections } from './broken-connections.js';
import type { DatabaseServer } from './database-server.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/migrations.js';
import { databaseOptions } from './mikro-orm-options.js';
import { Outage } from './outage.js';
import { type PoolClient, poolClientClass } from './pool-client.js';
import { servingTimeouts } from './timeouts.js';
import { waitForDatabase } from './wait-for-database.js';

/** The number of milliseconds that the pool's connections have to close before they are cut. */
const closeTimeoutMs = 2000;

export interface OpenDatabase {
  orm: MikroORM;
  /** The ORM's own pool, for hand-written statements. */
  pool: Pool;
  /**
   * A small pool for statements that a transaction waits for but that are not part of it. If they needed a connection
   * of the other pool, and its transactions occupied all of them, none would end. It connects when it is first used.
   */
  besidePool: Pool;
  close(): Promise<void>;
}

/**
 * Connects to a server and migrates its schema. Closing the database also stops the embedded server.
 * @param signal ends the wait for a database that is not ready or that another gateway migrates
 * @throws StartError if the database cannot be used; or the reason of the signal
 */
export async function openDatabase(
  entities: EntityClass<unknown>[],
  server: DatabaseServer,
  log: Logger,
  migrationsList = migrations,
  signal?: AbortSignal,
): Promise<OpenDatabase> {
  const outage = new Outage(log);
  let closing = false;
  // The pool does not wait until its connections are closed. A server that stops then reports an error on each of them.
  const Client = poolClientClass((error) => {
    if (!closing) outage.begin(error);
  });
  const orm = new MikroORM(
    databaseOptions(entities, { ...servingTimeouts, ...server.connection, Client }, log),
  );
  const pool: Pool = await orm.em.getConnection().getNativeClient();
  const connection = { ...servingTimeouts, ...server.connection };
  const besidePool = new pg.Pool({ ...connection, Client, max: 2, idleTimeoutMillis: 600_000 });
  // The client has reported the fault. An 'error' event without a listener would end the process.
  besidePool.on('error', () => {});
  pool.once('connect', (client) => reportPooler(client as PoolClient, log));
  const cuts = [pool, besidePool].map((one) => discardBrokenConnections(one, () => outage.end()));
  const close = async () => {
    const timer = setTimeout(() => {
      for (const cut of cuts) cut();
    }, closeTimeoutMs);
    closing = true;
    await besidePool.end();
    await orm.close(true);
    // The ORM does not close its pool if the ORM itself has run no query.
    if (!pool.ending) await pool.end();
    clearTimeout(timer);
    await server.stop();
  };
  try {
    await waitForDatabase(pool, log, signal);
    await migrate({ connection: server.connection, pool, log, list: migrationsList, signal });
    return { orm, pool, besidePool, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function reportPooler({ isPooled, isPrepared }: PoolClient, log: Logger): void {
  if (!isPooled) return;
  const names = isPrepared ? 'are prepared, as DATABASE_PREPARED=on requires' : 'are not prepared';
  log.info(
    `DATABASE_URL leads to a connection pooler. Each transaction sets its time limits, and statements ${names}.`,
  );
}
