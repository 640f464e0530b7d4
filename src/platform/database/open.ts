import { type EntityClass, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { servingLimits } from './limits.js';
import { migrate } from './migrate.js';
import { databaseOptions, migrations } from './options.js';
import { Outage } from './outage.js';
import { reach } from './reach.js';
import type { DatabaseServer } from './server.js';
import { watchPool } from './watch-pool.js';
import { watchedClient } from './watched-client.js';

/** How long the pool's connections may take to close, in milliseconds. */
const farewell = 2000;

export interface Database {
  orm: MikroORM;
  /** The ORM's own pool, for the statements that are written by hand. */
  pool: Pool;
  close(): Promise<void>;
}

/**
 * Connects to a server and migrates its schema. Closing stops the server, too, if it is the gateway's own.
 * @throws StartError when there is no database to be had
 */
export async function openDatabase(
  entities: EntityClass<unknown>[],
  server: DatabaseServer,
  log: Logger,
  migrationsList = migrations,
): Promise<Database> {
  const outage = new Outage(log);
  let closing = false;
  // The pool has let its connections go before they are closed, and a server that stops tells those so.
  const Client = watchedClient((error) => {
    if (!closing) outage.begin(error);
  });
  const orm = new MikroORM(
    databaseOptions(entities, { ...servingLimits, ...server.connection, Client }, log),
  );
  const pool: Pool = await orm.em.getConnection().getNativeClient();
  const breakOff = watchPool(pool, () => outage.end());
  const close = async () => {
    const timer = setTimeout(breakOff, farewell);
    closing = true;
    await orm.close(true);
    // The ORM leaves its pool open when all queries so far were written by hand.
    if (!pool.ending) await pool.end();
    clearTimeout(timer);
    await server.stop();
  };
  try {
    await reach(pool, log);
    await migrate(server.connection, pool, log, migrationsList);
    return { orm, pool, close };
  } catch (error) {
    await close();
    throw error;
  }
}
