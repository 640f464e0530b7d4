import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { prepareDataDir } from '../../../src/platform/embedded-postgres/data-dir.js';
import { takeOwnership } from '../../../src/platform/embedded-postgres/ownership.js';
import {
  cleanUp,
  faultOf,
  newDataDir,
  query,
  serverPid,
  start,
  untilSessions,
  usedDataDir,
} from './scratch.js';

afterEach(cleanUp);

const taken = (dataDir: string) =>
  `StartError: Another gateway is already using DATA_DIR ${dataDir}. Stop it, or set a different DATA_DIR for this gateway.`;

test('a second gateway on the same DATA_DIR is refused, and the first continues', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  const pid = serverPid(dataDir);
  expect(await faultOf(start(dataDir))).toBe(taken(dataDir));
  expect(await query(first, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(serverPid(dataDir)).toBe(pid);
});

test('the start waits for an owner that stops a moment later', async () => {
  const dataDir = await usedDataDir();
  const owner = fork(new URL('owner.js', import.meta.url), [dataDir]);
  const [connection] = await once(owner, 'message');
  const second = start(dataDir);
  await untilSessions({ connection }, `query like '%pg_try_advisory_lock%'`, 2);
  owner.kill('SIGKILL');
  expect(await query(await second, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('nobody owns a PostgreSQL that went away', async () => {
  const dataDir = await prepareDataDir(await usedDataDir());
  const database = await start(dataDir.root);
  const client = new pg.Client(database.connection).on('error', () => {});
  await client.connect();
  await database.stop();
  expect(await takeOwnership(client, dataDir)).toBe(false);
});

test('of gateways that start at the same time on a new DATA_DIR one runs and the others are refused', async () => {
  const dataDir = await newDataDir();
  const starts = [start(dataDir), start(dataDir), start(dataDir)];
  const faults = await Promise.all(starts.map(faultOf));
  expect(faults.sort()).toEqual([taken(dataDir), taken(dataDir), 'no fault']);
});

test('a gateway that starts while another one stops gets the DATA_DIR', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  const stopped = first.stop();
  expect(await query(await start(dataDir), 'select 1 as n')).toEqual([{ n: 1 }]);
  await stopped;
});

test.each([
  { end: 'SIGKILL', kill: (pid: number) => process.kill(pid, 'SIGKILL') },
  { end: 'Ctrl-C in its terminal', kill: (pid: number) => process.kill(-pid, 'SIGINT') },
])('after $end the next gateway takes over the PostgreSQL left behind, and stops it', async ({ kill }) => {
  const dataDir = await usedDataDir();
  const owner = fork(new URL('owner.js', import.meta.url), [dataDir], { detached: true });
  await once(owner, 'message');
  const pid = serverPid(dataDir);
  kill(owner.pid as number);
  await once(owner, 'exit');

  const next = await start(dataDir);
  expect(serverPid(dataDir)).toBe(pid);
  expect(await query(next, 'select n from kept')).toEqual([{ n: 1 }]);
  await next.stop();
  await expect(query(next, 'select 1')).rejects.toThrow('ENOENT');
});

test('a crash of PostgreSQL is none of the gateway', async () => {
  const dataDir = await usedDataDir();
  const database = await start(dataDir);
  const sleeping = expect(query(database, 'select pg_sleep(60)')).rejects.toThrow();
  process.kill(serverPid(dataDir), 'SIGQUIT');
  await sleeping;
  await database.stop();
});
