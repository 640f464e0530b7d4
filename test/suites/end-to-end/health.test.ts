import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase, databaseUrl, sql } from '../../harness/database.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { type GatewayProcess, startProcess, stopAll } from '../../harness/gateway-process.js';
import { until } from '../../harness/until.js';

// This gateway has its own process, because an unhandled error would end the process.
let trusted: Gateway;
let gateway: GatewayProcess;
let database: { url: string; drop: () => Promise<unknown> };
beforeAll(async () => {
  trusted = await startGateway();
  database = await createDatabase();
  gateway = await startProcess({ ...trusted.env, DATABASE_URL: database.url });
  await gateway.ready();
});
afterAll(async () => {
  await stopAll();
  await Promise.all([trusted.close(), database.drop()]);
});

/** The gateway uses the result of its last check for a second. */
const untilReadiness = (status: number) =>
  until(
    () => get('/readyz'),
    (answer) => answer.status === status,
  );

const get = async (path: string) => {
  const response = await fetch(gateway.url + path);
  return { status: response.status, body: await response.json() };
};

/** Closes the gateway's connections to its database and refuses new ones, or allows connections again. */
async function allowConnections(allowed: boolean): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await sql(databaseUrl('postgres'), `alter database ${name} allow_connections ${allowed}`);
  const end = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
  if (!allowed) await sql(databaseUrl('postgres'), end, [name]);
}

test('a gateway that is well is healthy and ready', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
  expect(await get('/readyz')).toEqual({ status: 200, body: { status: 'ready' } });
});

test('without its database it is healthy and not ready, and comes back by itself', async () => {
  await allowConnections(false);
  expect(await untilReadiness(503)).toEqual({ status: 503, body: { status: 'not ready' } });
  expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });

  const headers = await trusted.as('super_admin', crypto.randomUUID());
  const response = await fetch(gateway.url + createPath, { method: 'POST', headers });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(await response.text()).not.toMatch(/database|connection|terminate|terminating/i);

  await allowConnections(true);
  await gateway.ready();
  const again = await fetch(gateway.url + createPath, { method: 'POST', headers });
  expect(again.status).toBe(404);
});

test('a schema that is older than the gateway is not ready', async () => {
  await sql(database.url, `update migration set name = 'older ' || name`);
  expect((await untilReadiness(503)).status).toBe(503);
  await sql(database.url, 'update migration set name = substr(name, 7)');
  expect((await untilReadiness(200)).status).toBe(200);
});

test('probes are not in the log', async () => {
  await fetch(`${gateway.url}/nothing`); // The log has its line after those of all earlier requests.
  expect(await until(async () => /GET \/nothing/.test(gateway.stderr()), Boolean)).toBe(true);
  expect(gateway.stderr()).not.toMatch(/GET \/(healthz|readyz)/);
});
