import { constants } from 'node:os';

/**
 * Runs a benchmark that stops the servers it started. On Ctrl-C the signal is aborted, and the process ends only after
 * the `finally` blocks of the benchmark.
 * @param {(signal: AbortSignal) => Promise<void>} run
 */
export async function runInterruptibly(run) {
  const interrupt = new AbortController();
  let code = 1;
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(name, () => {
      if (!interrupt.signal.aborted) console.error('\nStopping the servers …');
      code = 128 + constants.signals[name];
      interrupt.abort();
    });
  }
  try {
    await run(interrupt.signal);
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    if (!interrupt.signal.aborted) console.error(error);
    process.exit(code);
  }
}
