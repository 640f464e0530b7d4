import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startEmbeddedDatabase } from '../../../src/platform/embedded-postgres/start.js';
import { cleanUp, faultOf, log, newDataDir, newFolder, query, start, usedDataDir } from './scratch.js';

afterEach(cleanUp);

test('the first start makes a private DATA_DIR and a database that answers', async () => {
  const dataDir = await newDataDir();
  const database = await start(dataDir);
  expect((await stat(dataDir)).mode & 0o776).toBe(0o700);
  const settings = `select current_setting('server_encoding') as encoding, datlocprovider as provider,
    datlocale as locale, current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync
    from pg_database where datname = current_database()`;
  expect(await query(database, settings)).toEqual([
    { encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', addresses: '', fsync: 'off' },
  ]);
});

test('without settings it is durable', async () => {
  const dataDir = await usedDataDir();
  const database = await startEmbeddedDatabase({ dataDir, log });
  const settings = `select name, setting from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name`;
  const durable = await query(database, settings).finally(database.stop);
  expect(durable).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
});

test('the second start finds the data of the first', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  await query(first, 'create table kept as select 1 as n');
  await first.stop();
  expect(await query(await start(dataDir), 'select n from kept')).toEqual([{ n: 1 }]);
});

test('stop ends PostgreSQL, open connections or not, and can be called again', async () => {
  const dataDir = await usedDataDir();
  const database = await start(dataDir);
  const hanging = expect(query(database, 'select pg_sleep(60)')).rejects.toThrow();
  await Promise.all([database.stop(), database.stop()]);
  await hanging;
  await database.stop();
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  expect(existsSync(database.connection.host)).toBe(false);
});

test('a DATA_DIR that is a file is refused by name', async () => {
  const file = join(await newFolder(), 'file');
  await writeFile(file, '');
  expect(await faultOf(start(file))).toMatch(
    new RegExp(`^StartError: DATA_DIR ${file} is not writable .*DATABASE_URL\\.$`),
  );
});

test('when PostgreSQL does not start, its own last words are reported', async () => {
  const dataDir = await usedDataDir();
  const fault = await faultOf(startEmbeddedDatabase({ dataDir, log, settings: { no_such: '1' } }));
  expect(fault).toMatch(/^StartError: .* cannot start .*DATABASE_URL/);
  expect(fault).toMatch('unrecognized configuration parameter "no_such"');
});
