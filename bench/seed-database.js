import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedDatabase } from '../dist/src/database/embedded/start.js';
import { openDatabase } from '../dist/src/database/open.js';
import { startDatabaseServer } from '../dist/src/database/server.js';
import { entities } from '../dist/src/entities.js';
import { seedAccounts } from './seed-accounts.js';

/** For an embedded PostgreSQL while it loads: most of an index in memory, and few checkpoints. It stays durable. */
const loading = {
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
};

/**
 * Adds accounts to the database that a gateway with these settings would use: starts it if it is the gateway's own,
 * and migrates it.
 * @param {{ databaseUrl: string | undefined, dataDir: string }} settings
 * @param {import('./seed-accounts.js').Wanted} wanted
 * @param {(count: number) => void} onProgress told how many more accounts there are
 * @param {AbortSignal} signal
 * @throws StartError when there is no such database, or a gateway has it as its own
 */
export async function seedDatabase({ databaseUrl, dataDir }, wanted, onProgress, signal) {
  const log = pino({ level: 'silent' });
  const server = databaseUrl
    ? await startDatabaseServer({ databaseUrl, dataDir }, log)
    : await startEmbeddedDatabase({ dataDir, log, settings: loading });
  const { close } = await openDatabase(entities, server, log);
  // Of their own: a gateway's connections have a limit on how long a statement takes.
  const clients = /** @type {const} */ ([new pg.Client(server.connection), new pg.Client(server.connection)]);
  try {
    for (const client of clients) await client.connect();
    await seedAccounts([...clients], wanted, onProgress, signal);
  } finally {
    for (const client of clients) await client.end();
    await close();
  }
}
