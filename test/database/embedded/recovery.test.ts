import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { cleanUp, newDataDir, query, serverPid, start } from './scratch.js';

afterEach(cleanUp);

test('lock files of a dead PostgreSQL whose process number is taken again are removed', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  const { host } = first.connection;
  const locks = [join(dataDir, 'postgres', 'postmaster.pid'), join(host, '.s.PGSQL.5432.lock')];
  const texts = await Promise.all(locks.map((path) => readFile(path, 'utf8')));
  await first.stop();

  const other = spawn('sleep', ['60']);
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
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  await query(first, 'create table kept as select 1 as n');
  process.kill(serverPid(dataDir), 'SIGKILL');
  await first.stop();
  expect(await query(await start(dataDir), 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a DATA_DIR that was moved under a running PostgreSQL is refused, not started a second time', async () => {
  const dataDir = await newDataDir();
  const first = await start(dataDir);
  const moved = join(dirname(dataDir), 'moved');
  await rename(dataDir, moved);
  const pid = serverPid(moved);
  await expect(start(moved)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining(`stop it with "kill -INT ${pid}"`),
  });
  await first.stop();
});

test('files in the place of the cluster are left alone', async () => {
  const dataDir = await newDataDir();
  await mkdir(join(dataDir, 'postgres'), { recursive: true });
  await writeFile(join(dataDir, 'postgres', 'mine'), '');
  await expect(start(dataDir)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/cannot make its files .*ENOTEMPTY.* choose another DATA_DIR/),
  });
  expect(await readdir(dataDir)).toEqual(['postgres']);
});
