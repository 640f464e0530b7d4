import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type CountingGateway, startCountingGateway } from '../../harness/counting-gateway.js';

let gateway: CountingGateway;
beforeAll(async () => {
  gateway = await startCountingGateway();
});
afterEach(restoreClock);
afterAll(() => gateway.close());

/** Moves all clocks to a time and stops them, so that what the test does takes no time. */
function stopClock(seconds: number): void {
  moveClock(seconds);
  jest.spyOn(performance, 'now').mockReturnValue(performance.now());
}

const readiness = async () => (await gateway.request('/readyz')).status;

test('many requests for readiness at the same time share one statement', async () => {
  stopClock(0);
  gateway.statements.count = 0;
  const codes = await Promise.all(Array.from({ length: 50 }, readiness));
  expect(codes).toEqual(Array(50).fill(200));
  expect(gateway.statements.count).toBe(1);
});

test('later ones within a second use its result, and after it the database is asked again', async () => {
  stopClock(2);
  await readiness();
  gateway.statements.count = 0;
  for (let n = 0; n < 5; n++) expect(await readiness()).toBe(200);
  expect(gateway.statements.count).toBe(0);
  stopClock(3.1);
  expect(await readiness()).toBe(200);
  expect(gateway.statements.count).toBe(1);
});

test('an outage is reported after a second, and so is its end', async () => {
  stopClock(5);
  expect(await readiness()).toBe(200);
  await gateway.sql('alter table migration rename to gone');
  try {
    expect(await readiness()).toBe(200);
    stopClock(6.1);
    expect(await readiness()).toBe(503);
  } finally {
    await gateway.sql('alter table gone rename to migration');
  }
  stopClock(7.2);
  expect(await readiness()).toBe(200);
});

test.each(['GET', 'HEAD'])('%s has the headers of every response', async (method) => {
  const response = await fetch(`${gateway.url}/healthz`, { method });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('content-length')).toBe('15');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  expect(await response.text()).toBe(method === 'HEAD' ? '' : '{"status":"ok"}');
});

test.each(['/HealthZ', '/healthz/', '/readyz?now'])('%s gets a response, too', async (path) => {
  expect((await gateway.request(path)).status).toBe(200);
});
