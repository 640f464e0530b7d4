import { existsSync, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import type { EmbeddedDatabase } from '../../../src/platform/embedded-postgres/start.js';
import { cleanUp, faultOf, logged, query, serverPid, start, untilSessions, usedDataDir } from './scratch.js';

beforeEach(() => {
  logged.length = 0;
});
afterEach(cleanUp);

const messages = () => logged.map((line) => JSON.parse(line).msg);
const ended = 'PostgreSQL stopped or crashed; restarting it';
const back = 'PostgreSQL is running again';
const notYet = 'PostgreSQL could not be restarted; retrying';

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 8000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within eight seconds: ${holds}\n${logged.join('')}`);
    await setTimeout(20);
  }
}

const isRunning = (pid: number) => {
  const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
  return !/\) Z/.test(state);
};

const connect = async ({ connection }: EmbeddedDatabase) => {
  const client = new pg.Client(connection).on('error', () => {});
  await client.connect();
  return client;
};

test('a PostgreSQL that is killed is started again, with its data and in its place', async () => {
  const dataDir = await usedDataDir();
  const database = await start(dataDir);
  await query(database, 'create table kept as select 1 as n');
  const pid = serverPid(dataDir);
  process.kill(pid, 'SIGKILL');
  await until(() => messages().includes(back));
  expect(serverPid(dataDir)).not.toBe(pid);
  expect(await query(database, 'select n from kept')).toEqual([{ n: 1 }]);
  expect(messages()[0]).toBe(ended);
  expect(JSON.parse(logged.at(-1) ?? '').seconds).toBeLessThan(5);
});

test('after a crash, from which PostgreSQL recovers by itself, DATA_DIR is still owned', async () => {
  const dataDir = await usedDataDir();
  const database = await start(dataDir);
  const pid = serverPid(dataDir);
  const client = await connect(database);
  const { rows } = await client.query('select pg_backend_pid() as pid');
  process.kill(rows[0].pid, 'SIGKILL');
  await until(() => messages().includes(back));
  expect(serverPid(dataDir)).toBe(pid);
  expect(await faultOf(start(dataDir))).toMatch(/^StartError: Another gateway is already using DATA_DIR/);
});

test('it is brought back again and again', async () => {
  const dataDir = await usedDataDir();
  const database = await start(dataDir);
  for (let times = 1; times <= 3; times++) {
    process.kill(serverPid(dataDir), 'SIGKILL');
    await until(() => messages().filter((message) => message === back).length === times);
  }
  expect(await query(database, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('the start waits for a process of the old cluster that still works, and logs it', async () => {
  const dataDir = await usedDataDir();
  const database = await start(dataDir);
  const client = await connect(database);
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const working = faultOf(client.query('do $$ begin loop end loop; end $$'));
  await untilSessions(database, `pid = ${rows[0].pid} and state = 'active'`);
  process.kill(serverPid(dataDir), 'SIGKILL');
  await until(() => messages().includes(notYet));
  expect(logged.join('')).toMatch(/pre-existing shared memory block/);
  process.kill(rows[0].pid, 'SIGKILL');
  await working;
  await until(() => messages().includes(back));
  expect(await query(database, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test.each([0, 20, 60, 150])(
  'stopping %i ms after a kill leaves no PostgreSQL and starts none',
  async (milliseconds) => {
    const dataDir = await usedDataDir();
    const database = await start(dataDir);
    process.kill(serverPid(dataDir), 'SIGKILL');
    await setTimeout(milliseconds);
    await database.stop();
    await setTimeout(300);
    const left = existsSync(join(dataDir, 'postgres', 'postmaster.pid')) ? serverPid(dataDir) : 0;
    expect(left > 0 && isRunning(left)).toBe(false);
  },
);

test('a gateway that has lost DATA_DIR to another one says so, and leaves its PostgreSQL alone', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  const other = await connect(first);
  const { rows } = await other.query(`select pid, objid from pg_locks where locktype = 'advisory'`);
  const taking = other.query('select pg_advisory_lock($1)', [rows[0].objid]);
  await untilSessions(first, `wait_event_type = 'Lock'`);
  await query(first, `select pg_terminate_backend(${rows[0].pid})`);
  await taking;
  expect((await first.lost).message).toMatch(/^Another gateway is already using DATA_DIR/);
  await first.stop();
  expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  await other.end();
  await start(dataDir); // A new database takes over the running PostgreSQL, so that `cleanUp` stops it.
});

test('where the files no longer exist no new database takes their place', async () => {
  const dataDir = await usedDataDir();
  await start(dataDir);
  const pid = serverPid(dataDir);
  await rename(join(dataDir, 'postgres'), join(dataDir, 'elsewhere'));
  process.kill(pid, 'SIGKILL');
  await until(() => messages().includes(notYet));
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  expect(logged.join('')).toMatch(/postgres no longer exists/);
});
