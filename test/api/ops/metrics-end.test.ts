import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { afterEach, expect, jest, test } from '@jest/globals';
import { startGateway } from '../../harness/gateway.js';
import { token } from './scraper.js';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Starts a number of gateways one after the other, reads their metrics and ends them. */
async function live(count: number, env: NodeJS.ProcessEnv): Promise<void> {
  for (let n = 0; n < count; n++) {
    const gateway = await startGateway(env);
    await gateway.request('/metrics', { headers: { authorization: `Bearer ${token}` } });
    await gateway.close();
  }
}

/** Counts how often the gateway begins and ends observations, by spying on the methods of Node that it calls. */
function observers() {
  const delay = Object.getPrototypeOf(monitorEventLoopDelay());
  const spies = {
    delay: [jest.spyOn(delay, 'enable'), jest.spyOn(delay, 'disable')],
    collector: [
      jest.spyOn(PerformanceObserver.prototype, 'observe'),
      jest.spyOn(PerformanceObserver.prototype, 'disconnect'),
    ],
  };
  return () =>
    Object.fromEntries(
      Object.entries(spies).map(([name, both]) => [name, both.map((spy) => spy.mock.calls.length)]),
    );
}

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('five gateways leave no observer and no timer behind', async () => {
  await live(1, { METRICS_TOKEN: token });
  const before = timers();
  const calls = observers();
  await live(5, { METRICS_TOKEN: token });
  expect(calls()).toEqual({ delay: [5, 5], collector: [5, 5] });
  expect(timers() - before).toBeLessThan(5);
}, 60_000);

test('where there are no metrics nothing is observed', async () => {
  const calls = observers();
  await live(1, {});
  expect(calls()).toEqual({ delay: [0, 0], collector: [0, 0] });
});
