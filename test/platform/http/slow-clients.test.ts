import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { serverLimits } from '../../../src/platform/http/listen.js';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { openRaw, parseAnswer, type Raw } from '../../harness/raw.js';
import { until } from '../../harness/until.js';

// These limits are shorter than those of production, with which a test would take a minute.
const limits = {
  headersTimeout: 400,
  requestTimeout: 1_000,
  connectionsCheckingInterval: 50,
  keepAliveTimeout: 1_500,
  idleTimeout: 1_200,
};

let gateway: Gateway;
let own: string;
beforeAll(async () => {
  gateway = await startGateway({}, { limits });
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  own = Object.entries({ host: 'gateway', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
});
afterAll(() => gateway.close());

const open: Raw[] = [];
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy();
  expect((await gateway.request('/readyz', { headers: { connection: 'close' } })).status).toBe(200);
  expect((await gateway.sql('select count(*)::int as n from service_account'))[0]?.n).toBe(0);
});

async function connect({ url } = gateway): Promise<Raw> {
  const raw = await openRaw(url);
  open.push(raw);
  return raw;
}

/** Writes a piece every 100 ms until the connection is closed, for 10 seconds at most. */
async function drip(raw: Raw, piece: string): Promise<void> {
  for (let count = 0; count < 100; count++) {
    if (await raw.closed(100)) return;
    raw.socket.write(piece);
  }
}

const timedOut = { status: 408, body: { success: false, code: 'REQUEST_TIMEOUT' } };

test('headers that drip are a 408, and the connection is cut', async () => {
  const raw = await connect();
  raw.socket.write(`POST ${createPath} HTTP/1.1\r\n${own}`);
  await drip(raw, 'x-drip: x\r\n');
  expect(raw.socket.closed).toBe(true);
  expect(parseAnswer(raw.text())).toMatchObject(timedOut);
});

test('a connection on which nothing comes is cut', async () => {
  const raw = await connect();
  expect(await raw.closed(3_000)).toBe(true);
});

test.each([
  ['a body', `content-length: 50000\r\n\r\n{"name":"`],
  ['chunks', 'transfer-encoding: chunked\r\n\r\n1\r\n{\r\n'],
  ['a body that is too large', 'content-length: 500000\r\n\r\n{"name":"'],
])('%s that drips is a 408, the connection is cut, and nothing is written', async (what, rest) => {
  const raw = await connect();
  raw.socket.write(`POST ${createPath} HTTP/1.1\r\n${own}content-type: application/json\r\n${rest}`);
  await drip(raw, what === 'chunks' ? '1\r\nx\r\n' : 'x');
  expect(raw.socket.closed).toBe(true);
  expect(parseAnswer(raw.text())).toMatchObject(timedOut);
});

test('a client that takes none of its answers is cut', async () => {
  const raw = await connect();
  raw.socket.pause();
  const query = new URLSearchParams({ query: getIntrospectionQuery() });
  const request = `GET /graphql?${query} HTTP/1.1\r\nhost: x\r\napollo-require-preflight: 1\r\n\r\n`;
  // These requests and their answers are larger than the buffers of the connection.
  raw.socket.write(request.repeat(300));
  await sleep(limits.idleTimeout);
  // The client does not read, so that it notices the end of the connection only when it writes.
  await drip(raw, 'x');
  expect(raw.socket.closed).toBe(true);
});

test('a connection is kept between requests, for as long as is said, and then closed', async () => {
  const raw = await connect();
  const answers = () => raw.text().match(/HTTP\/1\.1 200/g)?.length ?? 0;
  const ask = () => raw.socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  ask();
  while (answers() < 1 && !(await raw.closed(20)));
  // The gateway starts the time after this moment, so that it cannot seem shorter than it was.
  const since = performance.now();
  ask();
  expect(await raw.closed(limits.keepAliveTimeout * 3)).toBe(true);
  expect(answers()).toBe(2);
  expect(performance.now() - since).toBeGreaterThan(limits.keepAliveTimeout - 50);
});

test('one connection too many is closed immediately, and the others are served', async () => {
  // The other limits are those of production, so that no connection times out while others are opened.
  const maxConnections = 20;
  const crowded = await startGateway({}, { limits: { maxConnections } });
  const all = await Promise.all(Array.from({ length: maxConnections + 5 }, () => connect(crowded)));
  const kept = await until(
    async () => all.filter(({ socket }) => !socket.closed),
    ({ length }) => length <= maxConnections,
  );
  expect(kept.length).toBeLessThanOrEqual(maxConnections);
  expect(kept.length).toBeGreaterThan(maxConnections - 5);
  kept[0]?.socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  expect(await kept[0]?.closed(2_000)).toBe(true);
  expect(parseAnswer(kept[0]?.text() ?? '')).toMatchObject({ status: 200 });
  for (const { socket } of all) socket.destroy();
  await crowded.close();
});

test('a connection is kept longer than proxies keep theirs, and an answer may take longer than a request', () => {
  expect(serverLimits.keepAliveTimeout).toBeGreaterThan(60_000);
  expect(serverLimits.idleTimeout).toBeGreaterThan(serverLimits.requestTimeout);
  expect(serverLimits.requestTimeout).toBeGreaterThan(serverLimits.headersTimeout);
});
