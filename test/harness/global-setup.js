// Jest loads this file without its transform, so that it is JavaScript and uses the build of `npm test`.
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { entities } from '../../dist/src/features/entities.js';
import { startDatabaseServer } from '../../dist/src/platform/database/database-server.js';
import { openDatabase } from '../../dist/src/platform/database/open-database.js';
import { startEmbeddedDatabase } from '../../dist/src/platform/embedded-postgres/start.js';

/** No test needs data after a crash of the machine, so that PostgreSQL does not wait for the disk. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

const log = pino({ level: 'silent' });

/** The database that is migrated once. Each test file gets a copy of it (database.ts). */
const templateDatabase = 'gateway_template';

/**
 * Starts one embedded PostgreSQL for all tests. TEST_DATABASE_URL names another server instead, for example one of
 * another version; its account must be able to create databases.
 */
export default async function globalSetup() {
  process.env.TEST_FOLDER = mkdtempSync(join(tmpdir(), 'gateway-tests-'));
  chmodSync(process.env.TEST_FOLDER, 0o755); // The user who runs PostgreSQL for root must be able to enter.
  if (!process.env.TEST_DATABASE_URL) {
    const dataDir = mkdtempSync(join(tmpdir(), 'gateway-test-'));
    const embedded = await startEmbeddedDatabase({ dataDir, log, settings });
    const { host, user, database } = embedded.connection;
    process.env.TEST_DATABASE_URL = `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;
    process.env.TEST_DATABASE_EMBEDDED = 'yes';
    globalThis.testServer = { embedded, dataDir };
  }
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query(`drop database if exists ${templateDatabase}`);
  await client.query(`create database ${templateDatabase}`);
  await client.end();
  const url = new URL(process.env.TEST_DATABASE_URL);
  url.pathname = `/${templateDatabase}`;
  const server = await startDatabaseServer({ databaseUrl: url.href, dataDir: '' }, log);
  const { close } = await openDatabase(entities, server, log);
  await close();
}
