import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Usage } from '../../../../src/features/service-accounts/sign-in/usage.js';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { createProxy, type DatabaseProxy } from '../../../harness/proxy.js';
import { until } from '../../../harness/until.js';
import { createMachine, issued, isUsed, read, signIn, total } from './machines.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

let proxy: DatabaseProxy;
let pool: Pool;
let onSent: (chunk: Buffer) => void;
beforeEach(async () => {
  onSent = () => {};
  proxy = await createProxy(gateway.databaseUrl, (chunk) => onSent(chunk));
  pool = new Pool({ connectionString: proxy.url, connectionTimeoutMillis: 500, query_timeout: 500 });
  pool.on('error', () => {});
});
afterEach(async () => {
  await pool.end();
  await proxy.close();
});

const silent = pino({ level: 'silent' });

test('what waits while the database is unavailable is written when it is back, and once', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => lines.push(line) });
  const usage = new Usage(pool, log, 20);
  const one = await createMachine(admin);
  await proxy.refuse();
  proxy.cut();
  for (let token = 0; token < 7; token++) signIn(usage, one.stored);
  await until(
    async () => lines,
    ({ length }) => length > 0,
  );
  signIn(usage, one.stored);
  expect(total(await issued(admin, one))).toBe(0);
  await proxy.pass();
  await until(() => read(admin, one), isUsed);
  await usage.close();
  expect(total(await issued(admin, one))).toBe(8);
});

test('what was written without an answer is not written twice', async () => {
  const usage = new Usage(pool, silent, 20);
  const one = await createMachine(admin);
  let sent = 0;
  onSent = (chunk) => {
    if (!chunk.includes('add-token-counts')) return;
    sent += 1;
    // The statement still reaches the database, but its answer does not come back.
    if (sent === 1) proxy.hang();
  };
  for (let token = 0; token < 5; token++) signIn(usage, one.stored);
  const counted = await until(
    () => issued(admin, one),
    (counts) => counts.length > 0,
  );
  expect(total(counted)).toBe(5);
  proxy.cut();
  await proxy.pass();
  for (let token = 0; token < 3; token++) signIn(usage, one.stored);
  await until(
    () => issued(admin, one),
    (counts) => total(counts) > 5,
  );
  await usage.close();
  expect(sent).toBeGreaterThan(2);
  expect(total(await issued(admin, one))).toBe(8);
});

test('a database that hangs holds up nobody who closes for more than some seconds', async () => {
  const usage = new Usage(pool, silent, 2 ** 31 - 1);
  const one = await createMachine(admin);
  await pool.query('select');
  proxy.hang();
  signIn(usage, one.stored);
  await usage.close();
  expect(isUsed(await read(admin, one))).toBe(false);
  proxy.cut();
});

test('the number of uses that wait for the database is bounded, and a line of the log says so', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  await proxy.refuse();
  const usage = new Usage(pool, log, 2 ** 31 - 1);
  for (let sign = 0; sign < 100_002; sign++)
    signIn(usage, { accountId: randomUUID(), secretId: randomUUID() });
  await usage.close();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 40, most: 100_000 }),
  ]);
});
