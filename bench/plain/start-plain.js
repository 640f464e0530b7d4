import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedDatabase } from '../../dist/src/platform/embedded-postgres/start.js';
import { schemaSql, seedAccountsSql, seedTenantsSql } from './plain.sql.js';

const program = fileURLToPath(new URL('plain-server.js', import.meta.url));

/**
 * Starts the plain server in its own process, with its own PostgreSQL of the gateway's version and settings.
 * @param {string} dataDir an empty folder
 * @param {{ accounts: number, tenants: number }} wanted
 * @param {import('jose').JWK} publicKey
 * @param {(() => Promise<void>)[]} ends gets functions that stop both
 */
export async function startPlain(dataDir, wanted, publicKey, ends) {
  const database = await startEmbeddedDatabase({ dataDir, log: pino({ level: 'silent' }) });
  ends.push(database.stop);
  const { connection } = database;
  await fill(connection, wanted);

  const env = { ...process.env, NODE_ENV: 'production' };
  const child = fork(program, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
  ends.push(async () => {
    const ended = once(child, 'exit');
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.disconnect();
    await ended;
  });
  child.send({ connection, publicKey });
  const failed = once(child, 'exit').then(() => {
    throw new Error('The plain server stopped before it was ready');
  });
  const [{ port }] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {});
  return { url: `http://127.0.0.1:${port}`, pid: /** @type {number} */ (child.pid), connection };
}

/** @param {import('../gateway.js').Connection} connection @param {{ accounts: number, tenants: number }} wanted */
async function fill(connection, { accounts, tenants }) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(schemaSql);
    await client.query(seedTenantsSql, [tenants]);
    await client.query(seedAccountsSql, [accounts]);
    await client.query('vacuum (analyze)');
  } finally {
    await client.end();
  }
}
