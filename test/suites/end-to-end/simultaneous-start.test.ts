import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrations } from '../../../src/platform/database/migrations/migrations.js';
import { createDatabase } from '../../harness/database.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { startProcess, stopAll } from '../../harness/gateway-process.js';
import { migrationLock, untilWaiting } from '../../harness/migration-lock.js';

let gateway: Gateway;
let empty: Awaited<ReturnType<typeof createDatabase>>;
let client: pg.Client;
beforeAll(async () => {
  gateway = await startGateway();
  empty = await createDatabase('template0');
  client = new pg.Client({ connectionString: empty.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await stopAll();
  await Promise.all([gateway.close(), empty.drop()]);
});

test('two gateways that start at the same time on an empty database migrate it once and both become ready', async () => {
  // The test holds the lock until both gateways wait for it, so that they continue at the same moment.
  await client.query('select pg_advisory_lock($1)', [migrationLock]);
  const env = { ...gateway.env, DATABASE_URL: empty.url };
  const processes = await Promise.all([startProcess(env), startProcess(env)]);
  await Promise.all(processes.map(untilWaiting));
  expect((await client.query(`select to_regclass('tenant') as tenant`)).rows).toEqual([{ tenant: null }]);
  await client.query('select pg_advisory_unlock($1)', [migrationLock]);

  await Promise.all(processes.map((one) => one.ready()));
  const { rows } = await client.query('select name from migration order by id');
  expect(rows).toEqual(migrations.map(({ name }) => ({ name })));
  expect(await Promise.all(processes.map((one) => one.stop()))).toEqual([0, 0]);
  for (const one of processes) expect(one.stderr()).not.toMatch(/"level":(50|60)/);
});
