import { type EntityClass, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { discardBrokenConnections } from './broken-connections.js';
import type { DatabaseServer } from './database-server.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/migrations.js';
import { databaseOptions } from './mikro-orm-options.js';
import { Outage } from './outage.js';
import { poolClientClass } from './pool-client.js';
import { servingTimeouts } from './timeouts.js';
import { waitForDatabase } from './wait-for-database.js';

/** Milliseconds in which the pool's connections may close before they are cut. */
const closeTimeoutMs = 2000;

export interface OpenDatabase {
  orm: MikroORM;
  /** The ORM's own pool, for statements that are written by hand. */
  pool: Pool;
  close(): Promise<void>;
}

/**
 * Connects to a server and migrates its schema. Closing also stops the server if it is the gateway's own.
 * @throws StartError when the database cannot be used
 */
export async function openDatabase(
  entities: EntityClass<unknown>[],
  server: DatabaseServer,
  log: Logger,
  migrationsList = migrations,
): Promise<OpenDatabase> {
  const outage = new Outage(log);
  let closing = false;
  // The pool forgets its connections before they are closed, and a server that stops reports an error to each of them.
  const Client = poolClientClass((error) => {
    if (!closing) outage.begin(error);
  });
  const orm = new MikroORM(
    databaseOptions(entities, { ...servingTimeouts, ...server.connection, Client }, log),
  );
  const pool: Pool = await orm.em.getConnection().getNativeClient();
  const cutConnections = discardBrokenConnections(pool, () => outage.end());
  const close = async () => {
    const timer = setTimeout(cutConnections, closeTimeoutMs);
    closing = true;
    await orm.close(true);
    // The ORM leaves its pool open when it has run no query itself.
    if (!pool.ending) await pool.end();
    clearTimeout(timer);
    await server.stop();
  };
  try {
    await waitForDatabase(pool, log);
    await migrate(server.connection, pool, log, migrationsList);
    return { orm, pool, close };
  } catch (error) {
    await close();
    throw error;
  }
}
