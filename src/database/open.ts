import { type EntityClass, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { migrate } from './migrate.js';
import { databaseOptions } from './options.js';
import type { DatabaseServer } from './server.js';

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
): Promise<Database> {
  const orm = new MikroORM(databaseOptions(entities, server.connection, log));
  const pool: Pool = await orm.em.getConnection().getNativeClient();
  const close = async () => {
    await orm.close(true);
    // The ORM leaves its pool open when all queries so far were written by hand.
    if (!pool.ending) await pool.end();
    await server.stop();
  };
  try {
    await pool.query('select').catch((error) => {
      throw new StartError(`DATABASE_URL: PostgreSQL cannot be reached: ${error.message}`);
    });
    await migrate(orm, pool);
    return { orm, pool, close };
  } catch (error) {
    await close();
    throw error;
  }
}
