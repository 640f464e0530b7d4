import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { freePort, startProcess, stopAll } from '../../harness/gateway-process.js';
import { openRaw } from '../../harness/raw.js';
import { parseSamples } from './samples.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterEach(stopAll);
afterAll(() => gateway.close());

/** Starts another gateway on the same database, which serves its metrics on a separate port. */
async function start(env: NodeJS.ProcessEnv = {}) {
  const port = await freePort();
  const one = await startProcess({ ...gateway.env, METRICS_PORT: `${port}`, ...env });
  await one.ready();
  return { ...one, metrics: `http://127.0.0.1:${port}` };
}

test('on their own port metrics are read without a token, and nothing else is there', async () => {
  const { url, metrics } = await start();
  const answer = await fetch(`${metrics}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const samples = parseSamples(await answer.text());
  expect(samples.get('gateway_connections_max')).toBe(10_000);
  for (const path of [
    '/',
    '/metrics/',
    '/healthz',
    '/graphql',
    '/oauth2/token',
    '/api/v1/admin/service-account',
  ]) {
    expect((await fetch(metrics + path)).status).toBe(404);
  }
  const post = await fetch(`${metrics}/metrics`, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});

test('with a token, too, the port asks for it, and that of the gateway has no metrics', async () => {
  const token = 'the-token-of-a-scraper';
  const { url, metrics } = await start({ METRICS_TOKEN: token });
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${metrics}/metrics`)).status).toBe(401);
  expect((await fetch(`${metrics}/metrics`, { headers })).status).toBe(200);
  expect((await fetch(`${url}/metrics`, { headers })).status).toBe(404);
});

test('a port that is taken is named, and nothing continues', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const one = await startProcess({ ...gateway.env, METRICS_PORT: `${port}` });
  const end = await one.ended().finally(() => server.close());
  expect(end).toBe(1);
  expect(one.stdout()).toBe('');
  expect(one.stderr()).toContain(
    `service-account-gateway cannot start. METRICS_PORT, HOST: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
  );
});

test('a scraper that keeps its connection does not hold up the end', async () => {
  const one = await start();
  const idle = await openRaw(one.metrics);
  idle.socket.write('GET /metrics HTTP/1.1\r\nhost: gateway\r\n\r\n');
  await once(idle.socket, 'data');
  const begin = performance.now();
  expect(await one.stop()).toBe(0);
  expect(performance.now() - begin).toBeLessThan(8_000);
  await expect(fetch(`${one.metrics}/metrics`)).rejects.toThrow();
});

test('in development mode, with its own database, it is the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'metrics-port-'));
  // A gateway that runs as root starts PostgreSQL as another user, who needs access to this folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const one = await startProcess({ DATA_DIR: join(folder, 'data'), METRICS_PORT: `${port}` });
  await one.ready();
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(parseSamples(await answer.text()).get('gateway_tenants_at_limit{share="80"}')).toBe(0);
  expect(await one.stop()).toBe(0);
  await rm(folder, { recursive: true });
});
