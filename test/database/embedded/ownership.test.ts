import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { cleanUp, newDataDir, query, serverPid, start } from './scratch.js';

afterEach(cleanUp);

const taken = (dataDir: string) => ({
  name: 'StartError',
  message: `Another gateway is already running on DATA_DIR ${dataDir}: stop it, or give this one a DATA_DIR of its own`,
});

test('a second gateway on the same DATA_DIR is refused, and the first goes on', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  const pid = serverPid(dataDir);
  await expect(start(dataDir)).rejects.toMatchObject(taken(dataDir));
  expect(await query(first, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(serverPid(dataDir)).toBe(pid);
});

test('of gateways that start at once on a new DATA_DIR one runs and the others are refused', async () => {
  const dataDir = await newDataDir();
  const starts = await Promise.allSettled([start(dataDir), start(dataDir), start(dataDir)]);
  const running = starts.filter((one) => one.status === 'fulfilled');
  const refused = starts.filter((one) => one.status === 'rejected');
  expect(refused.map((one) => one.reason)).toMatchObject([taken(dataDir), taken(dataDir)]);
  expect(running).toHaveLength(1);
});

test('a gateway that starts while another one stops gets the DATA_DIR', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  const stopped = first.stop();
  expect(await query(await start(dataDir), 'select 1 as n')).toEqual([{ n: 1 }]);
  await stopped;
});

test.each([
  { end: 'SIGKILL', kill: (pid: number) => process.kill(pid, 'SIGKILL') },
  { end: 'Ctrl-C in its terminal', kill: (pid: number) => process.kill(-pid, 'SIGINT') },
])('after $end the next gateway takes over the PostgreSQL left behind, and stops it', async ({ kill }) => {
  const dataDir = await newDataDir();
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
  const dataDir = await newDataDir();
  const database = await start(dataDir);
  const sleeping = expect(query(database, 'select pg_sleep(60)')).rejects.toThrow();
  process.kill(serverPid(dataDir), 'SIGQUIT');
  await sleeping;
  await database.stop();
});
