import { type EntityClass, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { startEmbeddedDatabase } from './embedded/start.js';
import { migrate } from './migrate.js';
import { databaseOptions } from './options.js';

export interface Database {
  orm: MikroORM;
  /** The ORM's own pool, for the statements that are written by hand. */
  pool: Pool;
  close(): Promise<void>;
}

interface DatabaseSettings {
  /** Without it the gateway runs a PostgreSQL of its own in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
}

/**
 * Connects, starting the embedded PostgreSQL where no other is given, and migrates.
 * @throws StartError when there is no database to be had
 */
export async function openDatabase(
  entities: EntityClass<unknown>[],
  { databaseUrl, dataDir }: DatabaseSettings,
  log: Logger,
): Promise<Database> {
  const embedded = databaseUrl ? undefined : await startEmbeddedDatabase({ dataDir });
  const orm = await MikroORM.init(
    databaseOptions(entities, embedded?.connection ?? { connectionString: databaseUrl }, log),
  );
  const close = async () => {
    await orm.close(true);
    await embedded?.stop();
  };
  try {
    const pool: Pool = await orm.em.getConnection().getNativeClient();
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
