import pg from 'pg';
import { pino } from 'pino';
import { entities } from '../dist/src/features/entities.js';
import { startDatabaseServer } from '../dist/src/platform/database/database-server.js';
import { openDatabase } from '../dist/src/platform/database/open-database.js';
import { startEmbeddedDatabase } from '../dist/src/platform/embedded-postgres/start.js';
import { seedAccounts } from './seed-accounts.js';

/** The settings of an embedded PostgreSQL while it loads: they hold most of an index in memory, and stay durable. */
const loading = {
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
};

/** @typedef {{ databaseUrl: string | undefined, dataDir: string }} Settings the settings of a gateway */

/**
 * Works with the database that a gateway with these settings would use: starts it if it is embedded, and migrates it.
 * The work has its own clients, because statements on the gateway's connections may not take long.
 * @param {Settings} settings
 * @param {(clients: [pg.Client, pg.Client]) => Promise<void>} work
 * @throws StartError when there is no such database, or a running gateway owns it
 */
export async function loadDatabase({ databaseUrl, dataDir }, work) {
  const log = pino({ level: 'silent' });
  const server = databaseUrl
    ? await startDatabaseServer({ databaseUrl, dataDir }, log)
    : await startEmbeddedDatabase({ dataDir, log, settings: loading });
  const { close } = await openDatabase(entities, server, log);
  /** @type {[pg.Client, pg.Client]} */
  const clients = [new pg.Client(server.connection), new pg.Client(server.connection)];
  try {
    for (const client of clients) await client.connect();
    await work(clients);
  } finally {
    for (const client of clients) await client.end();
    await close();
  }
}

/**
 * Adds accounts.
 * @param {Settings} settings
 * @param {import('./seed-accounts.js').Wanted} wanted
 * @param {(count: number) => void} onProgress receives how many more accounts there are
 * @param {AbortSignal} signal
 * @throws StartError when there is no such database, or a running gateway owns it
 */
export const seedDatabase = (settings, wanted, onProgress, signal) =>
  loadDatabase(settings, (clients) => seedAccounts(clients, wanted, onProgress, signal));
