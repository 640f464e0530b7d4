import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
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

test('lock files of a dead PostgreSQL whose process number is taken again are removed', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  const { host } = first.connection;
  const locks = [join(dataDir, 'postgres', 'postmaster.pid'), join(host, '.s.PGSQL.5432.lock')];
  const texts = await Promise.all(locks.map((path) => readFile(path, 'utf8')));
  await first.stop();

  const other = spawn('sleep', ['60']);
  await mkdir(host, { mode: 0o700 });
  for (const [index, path] of locks.entries()) {
    await writeFile(path, `${texts[index]}`.replace(/^\d+/, `${other.pid}`));
  }
  try {
    expect(await query(await start(dataDir), 'select 1 as n')).toEqual([{ n: 1 }]);
  } finally {
    other.kill();
    await once(other, 'exit');
  }
});

test('what a killed first start left half made is removed, and does not count', async () => {
  const dataDir = await newDataDir();
  await mkdir(join(dataDir, 'postgres.new-123456', 'base'), { recursive: true });
  await writeFile(join(dataDir, 'postgres.new-123456', 'PG_VERSION'), '18\n');
  expect(await query(await start(dataDir), 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(await readdir(dataDir)).toEqual(['postgres', 'postgres.log']);
});

test('PostgreSQL that was killed in the middle recovers what was committed', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  await query(first, 'create table kept as select 1 as n');
  process.kill(serverPid(dataDir), 'SIGKILL');
  await first.stop();
  expect(await query(await start(dataDir), 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a PostgreSQL is not doubled while a process of a killed one is still at work', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  const client = new pg.Client(first.connection).on('error', () => {});
  await client.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const working = faultOf(client.query('do $$ begin loop end loop; end $$'));
  await untilSessions(first, `pid = ${rows[0].pid} and state = 'active'`);
  process.kill(serverPid(dataDir), 'SIGKILL');
  await first.stop();
  try {
    expect(await faultOf(start(dataDir))).toMatch(/pre-existing shared memory block .* is still in use/);
  } finally {
    process.kill(rows[0].pid, 'SIGKILL');
  }
  expect(await working).toMatch(/^Error: /);
  expect(await query(await start(dataDir), 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('a DATA_DIR that was moved under a running PostgreSQL is refused, not started a second time', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  const moved = join(dirname(dataDir), 'moved');
  await rename(dataDir, moved);
  const pid = serverPid(moved);
  const fault = await faultOf(start(moved));
  expect(fault).toMatch(/^StartError: .* that uses another directory/);
  expect(fault).toMatch(`Stop that PostgreSQL with "kill -INT ${pid}"`);
  await first.stop();
});

test('files in the place of the cluster are left alone', async () => {
  const dataDir = await newDataDir();
  await mkdir(join(dataDir, 'postgres'), { recursive: true });
  await writeFile(join(dataDir, 'postgres', 'mine'), '');
  expect(await faultOf(start(dataDir))).toMatch(
    /^StartError: .* cannot create its files .*ENOTEMPTY.* Choose another DATA_DIR/,
  );
  expect(await readdir(dataDir)).toEqual(['postgres']);
});
