import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { pino } from 'pino';
import { readConfig } from '../../../src/config/config.js';
import { LeakedSecretReports } from '../../../src/features/service-accounts/secrets/leaked-secret-reports.js';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { startProcess, stopAll } from '../../harness/gateway-process.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';
import { until } from '../../harness/until.js';
import { askToken, type Machine, machine } from '../oauth/machine.js';
import { ended, entriesOf, scan, scanningPath } from './scanner.js';

let proxy: DatabaseProxy;
let gateway: Gateway;
let one: Machine;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url);
    return proxy.url;
  };
  gateway = await startGateway({ SECRET_SCANNING: 'on' }, { by });
});
beforeEach(async () => {
  one = await machine(gateway);
});
afterEach(() => proxy.pass());
afterAll(async () => {
  await stopAll();
  await gateway.close();
  await proxy.close();
});

async function cutOff() {
  await proxy.refuse();
  proxy.cut();
}

const request = { requestId: 'x', ip: null, userAgent: null };

/** Creates a queue that reaches the database through the proxy. */
function createReports() {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => lines.push(line) });
  const pool = new Pool({ connectionString: proxy.url, connectionTimeoutMillis: 500, query_timeout: 500 });
  pool.on('error', () => {});
  const reports = new LeakedSecretReports(pool, readConfig(gateway.env).peppers, log);
  const messages = () => lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
  return { reports, pool, messages };
}

test('a report during an outage is accepted, and the secret is revoked when the database is back', async () => {
  await cutOff();
  expect(await scan(gateway, { secret: one.clientSecret })).toMatchObject({ status: 202 });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await proxy.pass();
  await ended(gateway, one);
  expect((await askToken(gateway, one)).status).toBe(401);
});

test('a report whose connection is cut while it is processed is recorded once', async () => {
  proxy.cut(/end-leaked-secret/);
  await scan(gateway, { secret: one.clientSecret });
  await ended(gateway, one);
  expect(await entriesOf(gateway, one)).toHaveLength(1);
});

test('reports that wait are processed before the end', async () => {
  const { reports, pool } = createReports();
  const others = Array.from({ length: 50 }, () => ({ secret: generateSecret(), foundAt: null }));
  reports.reported([...others, { secret: one.clientSecret, foundAt: null }], request);
  await reports.close();
  await pool.end();
  expect(await entriesOf(gateway, one)).toHaveLength(1);
});

test('a gateway that is stopped processes the reports that it has accepted', async () => {
  const other = await startProcess({ ...gateway.env, DATABASE_URL: gateway.databaseUrl });
  await other.ready();
  const tokens = Array.from({ length: 99 }, () => ({ token: generateSecret() }));
  const response = await fetch(other.url + scanningPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([...tokens, { token: one.clientSecret }]),
  });
  expect(response.status).toBe(202);
  await other.stop();
  expect(await entriesOf(gateway, one)).toHaveLength(1);
});

test('a database that stays away holds up the end for some seconds, and the log counts the lost reports', async () => {
  const { reports, pool, messages } = createReports();
  await cutOff();
  reports.reported([{ secret: one.clientSecret, foundAt: null }], request);
  const began = Date.now();
  await reports.close();
  expect(Date.now() - began).toBeLessThan(6_000);
  expect(messages()).toEqual([expect.objectContaining({ level: 40, lost: 1 })]);
  await pool.end();
});

test('the number of reports that wait is bounded, and the log warns once', async () => {
  const { reports, pool, messages } = createReports();
  await cutOff();
  const found = { secret: one.clientSecret, foundAt: null };
  reports.reported(Array(10_005).fill(found), request);
  const full = await until(
    async () => messages(),
    ({ length }) => length > 0,
  );
  expect(full).toEqual([expect.objectContaining({ level: 40, most: 10_000 })]);
  await reports.close();
  expect(messages().slice(1)).toEqual([expect.objectContaining({ level: 40, lost: 10_005 })]);
  await pool.end();
});
