import { jest } from '@jest/globals';

/** Moves this process's clocks, which the gateway shares, and leaves its timers alone. */
export function moveClock(seconds: number): void {
  restoreClock();
  const [date, now] = [Date.now(), performance.now.bind(performance)];
  jest.useFakeTimers({
    now: date + seconds * 1000,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
  jest.spyOn(performance, 'now').mockImplementation(() => now() + seconds * 1000);
}

export function restoreClock(): void {
  jest.useRealTimers();
  jest.restoreAllMocks();
}
