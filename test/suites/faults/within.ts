import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds, and fails after a time. @param time in milliseconds */
export async function within(time: number, what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + time;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${time} ms: ${what}`);
    await sleep(25);
  }
}
