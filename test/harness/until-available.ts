import { setTimeout } from 'node:timers/promises';

/** Repeats a call while the gateway answers 503, as a client would: the machine may be too busy for many calls. */
export async function untilAvailable<T extends { status: number }>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
    await setTimeout(100);
  }
}
