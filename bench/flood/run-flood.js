import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('load.js', import.meta.url));

/**
 * Runs a flood in a separate process, so that sending it does not delay the measurement, and measures beside it.
 * @template Result
 * @param {import('./load.js').Load} load
 * @param {() => Promise<Result>} measure is called when the first response of the flood has arrived
 * @param {AbortSignal} signal
 * @returns {Promise<{ result: Result, answers: Record<string, number> }>} the number of responses with each status
 */
export async function runFlood(load, measure, signal) {
  signal.throwIfAborted();
  // The process has its own group, because Ctrl-C is for the benchmark, which ends the flood.
  const child = fork(program, { detached: true });
  const ended = once(child, 'exit').then(() => {
    throw new Error('The flood ended without a result');
  });
  ended.catch(() => {});
  const message = async () => (await Promise.race([once(child, 'message', { signal }), ended]))[0];
  try {
    child.send(load);
    await message();
    const result = await measure();
    child.send('stop');
    return { result, answers: await message() };
  } finally {
    child.kill();
  }
}
