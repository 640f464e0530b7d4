import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import {
  type EmbeddedDatabase,
  startEmbeddedDatabase,
} from '../../../src/platform/embedded-postgres/start.js';
import { until } from '../../harness/until.js';
import { putUsedCluster } from '../../harness/used-cluster.js';

const folders: string[] = [];
const databases: EmbeddedDatabase[] = [];

/** Makes a folder that `cleanUp` removes. Any user may enter it, as `/srv`. */
export async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'embedded-')));
  folders.push(folder);
  await chmod(folder, 0o755);
  return folder;
}

/** Returns a DATA_DIR that does not exist yet. */
export const newDataDir = async () => join(await newFolder(), 'data');

/** Returns a DATA_DIR in which PostgreSQL has run before, so that it starts immediately. */
export async function usedDataDir(): Promise<string> {
  const dataDir = await newDataDir();
  await putUsedCluster(dataDir);
  return dataDir;
}

/** The lines that the databases have logged. */
export const logged: string[] = [];
export const log = pino({}, { write: (line) => logged.push(line) });

/** Starts a database that `cleanUp` stops. */
export async function start(dataDir: string): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedDatabase({ dataDir, log, settings: { fsync: 'off' } });
  databases.push(database);
  folders.push(database.connection.host);
  return database;
}

/** Stops all databases and removes all folders. It is for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const database of databases.splice(0)) await database.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** Returns the reason of a rejection, as a text that a failing test shows in full. */
export const faultOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no fault',
    (error) => `${error.name}: ${error.message}`,
  );

type Connected = Pick<EmbeddedDatabase, 'connection'>;

/** Runs one statement on its own connection. */
export async function query({ connection }: Connected, sql: string): Promise<unknown[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until so many sessions of PostgreSQL fulfill a condition on `pg_stat_activity`, for 10 seconds at most. */
export async function untilSessions(database: Connected, condition: string, count = 1): Promise<void> {
  const find = `select from pg_stat_activity where pid <> pg_backend_pid() and ${condition}`;
  const { length } = await until(
    () => query(database, find),
    (sessions) => sessions.length >= count,
  );
  if (length < count) throw new Error(`${length} sessions fulfill ${condition}, and not ${count}`);
}

/** Returns the id of the process that runs PostgreSQL on a DATA_DIR. */
export function serverPid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}
