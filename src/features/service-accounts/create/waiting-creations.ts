import type { Creation, TriedRow } from './creation.js';

/** The maximum number of accounts in one statement. It keeps the statement far below its time limit. */
const maxAccounts = 100;

/**
 * The number of milliseconds after which an account no longer waits when a statement has failed because the database is
 * unavailable or a tenant is locked. Otherwise, statements could exceed their time limits one after the other, and the
 * last caller would wait for all of them.
 */
const patienceMs = 1000;

/** An account whose caller waits. */
export interface Waiting extends Creation {
  /** The time of its arrival (`performance.now()`). */
  since: number;
  resolve(row: TriedRow): void;
  reject(error: unknown): void;
}

/** Removes the first accounts that can share a statement from a queue. @returns them */
export function takeBatch(queue: Waiting[], inProgress: ReadonlySet<string> = new Set()): Waiting[] {
  const taken = new Set<string>();
  let count = 0;
  return take(queue, ({ tenantId, unique }) => {
    const mustWait =
      count === maxAccounts || inProgress.has(tenantId) || unique.some((text) => taken.has(text));
    if (mustWait) return false;
    for (const text of unique) taken.add(text);
    count += 1;
    return true;
  });
}

/** Rejects the accounts of a queue that have already waited for some time. */
export function rejectImpatient(queue: Waiting[], error: unknown): void {
  const limit = performance.now() - patienceMs;
  rejectAll(
    take(queue, ({ since }) => since < limit),
    error,
  );
}

/** Removes accounts from a queue, which it compacts in place. @returns them */
export function take(queue: Waiting[], isWanted: (one: Waiting) => boolean): Waiting[] {
  const taken: Waiting[] = [];
  let left = 0;
  for (const one of queue) {
    if (isWanted(one)) taken.push(one);
    else queue[left++] = one;
  }
  queue.length = left;
  return taken;
}

export function rejectAll(accounts: Waiting[], error: unknown): void {
  for (const { reject } of accounts) reject(error);
}
