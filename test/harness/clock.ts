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

/** Moves the clocks of the gateway and of the test, and leaves their timers alone. */
export function moveClock(seconds: number): void {
  restoreClock();
  const [date, now] = [Date.now(), performance.now.bind(performance)];
  const moved = {
    now: date + seconds * 1000,
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
  program.timers.useRealTimers();
  jest.useRealTimers();
  jest.restoreAllMocks();
}
