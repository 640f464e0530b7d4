import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrations } from '../../src/database/options.js';
import { createDatabase, sql } from '../harness/database.js';
import { type Gateway, startGateway } from '../harness/gateway.js';
import { startProcess } from '../harness/process.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('three gateways that start at once on an empty database migrate it once and all become ready', async () => {
  const empty = await createDatabase('template0');
  const env = { ...gateway.env, DATABASE_URL: empty.url };
  const processes = await Promise.all([startProcess(env), startProcess(env), startProcess(env)]);
  try {
    await Promise.all(processes.map((one) => one.ready()));
    const rows = await sql<{ name: string }>(empty.url, 'select name from migration order by id');
    expect(rows.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  } finally {
    const codes = await Promise.all(processes.map((one) => one.stop()));
    await empty.drop();
    expect(codes).toEqual([0, 0, 0]);
  }
  for (const one of processes) expect(one.stderr()).not.toMatch(/"level":(50|60)/);
});
