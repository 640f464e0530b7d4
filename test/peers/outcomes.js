/**
 * @typedef {(name: string, work: () => unknown) => Promise<void>} Check runs a check and prints its outcome
 */

/** Counts the outcomes of checks, and prints a line for each. @param {AbortSignal} signal ends the checks */
export function createOutcomes(signal) {
  let passed = 0;
  let failed = 0;
  /** @type {Check} */
  const check = async (name, work) => {
    signal.throwIfAborted();
    try {
      await work();
      passed += 1;
      console.log(`passed  ${name}`);
    } catch (error) {
      failed += 1;
      console.log(
        `FAILED  ${name}: ${withoutSecrets(error instanceof Error ? error.message : String(error))}`,
      );
    }
  };
  return {
    check,
    /** Returns the last line, and makes the process fail if a check has failed. */
    sum: () => {
      if (failed > 0) process.exitCode = 1;
      return `${passed} passed, ${failed} failed`;
    },
  };
}

/** Returns a message in one line. @param {string} message */
const withoutSecrets = (message) =>
  message
    .replace(/eyJ[\w.-]+/g, '(a token)')
    .replace(/sa_secret_\w+/g, '(a secret)')
    .replace(/\s+/g, ' ');
