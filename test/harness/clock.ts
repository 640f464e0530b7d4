import { jest } from '@jest/globals';
import { program } from './program.js';

const others = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setTimeout',
  'clearTimeout',
] as const;

/** The time from which `moveClock` counts. */
let origin: number | undefined;

/**
 * Stops the clocks of the gateway and of the test, moves `performance.now`, and leaves timers alone.
 * @param seconds the time since the first call after `restoreClock`, in which the time that a test takes does not count
 */
export function moveClock(seconds: number): void {
  const from = origin ?? Date.now();
  restoreClock();
  origin = from;
  const now = performance.now.bind(performance);
  const moved = {
    now: from + seconds * 1000,
    doNotFake: [...others, 'setInterval' as const, 'clearInterval' as const],
  };
  program.timers.useFakeTimers(moved);
  jest.useFakeTimers(moved);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + seconds * 1000);
}

/** Holds the gateway's intervals. @returns a function that lets milliseconds pass for them */
export function holdIntervals(): (time: number) => void {
  program.timers.useFakeTimers({ doNotFake: [...others, 'Date'] });
  return (time) => program.timers.advanceTimersByTime(time);
}

export function restoreClock(): void {
  origin = undefined;
  program.timers.useRealTimers();
  jest.useRealTimers();
  jest.restoreAllMocks();
}
