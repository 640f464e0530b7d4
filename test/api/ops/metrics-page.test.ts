import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { scraperOf, token } from './scraper.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ METRICS_TOKEN: token });
});
afterAll(() => gateway.close());

const bearer = { authorization: `Bearer ${token}` };

test('who has the token gets a response in the format of Prometheus, and nobody keeps the answer', async () => {
  const { status, headers } = await gateway.request('/metrics', { headers: bearer });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['no token', {}],
  ['another token of that length', { authorization: `Bearer ${token.replace('the', 'tha')}` }],
  ['the beginning of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['the token and more', { authorization: `Bearer ${token} x` }],
  ['another scheme', { authorization: `Basic ${token}` }],
  ['the token in the query', {}, `?access_token=${token}`],
])('%s is refused', async (_what, headers: Record<string, string>, query = '') => {
  const answer = await gateway.request(`/metrics${query}`, { headers });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).not.toMatch(/gateway_|nodejs_|the-token/);
});

test("an admin's token is none for metrics", async () => {
  const headers = await gateway.as('super_admin', await gateway.createTenant());
  expect((await gateway.request('/metrics', { headers })).status).toBe(401);
});

test('the scheme may be written in any case, and a query is ignored', async () => {
  const headers = { authorization: `bearer ${token}` };
  expect((await gateway.request('/metrics?debug=1', { headers })).status).toBe(200);
});

test('HEAD tells the same without the metrics', async () => {
  const { status, headers, body } = await gateway.request('/metrics', { method: 'HEAD', headers: bearer });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain/);
  expect(body).toBe('');
});

test('metrics are read, and nothing else is done with them', async () => {
  const { status } = await gateway.request('/metrics', { method: 'POST', headers: bearer });
  expect(status).toBe(404);
});

test('a scrape has no line in the log, whether it succeeded or failed', async () => {
  const before = gateway.log.length;
  for (const headers of [bearer, {}]) await gateway.request('/metrics', { headers });
  await gateway.request('/nothing');
  const lines = () => gateway.log.slice(before).filter((line) => line.includes('"path"'));
  while (lines().length === 0) await new Promise(setImmediate);
  expect(lines()).toEqual([expect.stringContaining('/nothing')]);
});

test('process, heap, event loop and garbage collector are reported under the names of prom-client', async () => {
  const { scrape } = scraperOf(gateway);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const samples = await scrape();
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
    'process_open_fds',
    'nodejs_heap_size_used_bytes',
    'nodejs_eventloop_lag_mean_seconds',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    expect([name, samples.get(name)]).toEqual([name, expect.any(Number)]);
  }
  expect(samples.get('nodejs_eventloop_lag_mean_seconds')).toBeLessThan(10);
});

describe('without port and token', () => {
  let other: Gateway;
  beforeAll(async () => {
    other = await startGateway();
  });
  afterAll(() => other.close());

  test('/metrics is a path like any other that is not there', async () => {
    const [metrics, nothing] = await Promise.all(['/metrics', '/nothing'].map((path) => other.request(path)));
    expect(metrics?.status).toBe(404);
    const { timestamp: _at, requestId: _id, ...told } = metrics?.body ?? {};
    expect(nothing?.body).toMatchObject(told);
  });
});
