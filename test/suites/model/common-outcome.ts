import { assertThat } from '../generated/assert.js';
import { assertSame } from './account.js';
import type { Input, Operation } from './calls.js';
import type { Counter } from './counter.js';
import type { Claim, Quota } from './quota.js';
import type { Outcome } from './site.js';
import { actionOf, type Snapshot, snapshotIn } from './snapshot.js';

/**
 * Returns the common outcome of a request that was sent once, or several times under one idempotency key. Asserts that
 * it was done at most once, and that all successes are alike.
 * @param mayDiffer the refusals that one attempt may get while another one succeeds
 */
export function asOne(outcomes: Outcome[], mayDiffer: readonly string[]): Outcome {
  const done = outcomes.filter((outcome) => 'told' in outcome);
  const [first] = done.filter(({ replayed }) => !replayed);
  if (done.length === 0 || !first) {
    const [refused] = outcomes;
    assertThat(refused && done.length === 0, 'an answer is replayed that nobody had');
    return refused;
  }
  for (const outcome of outcomes) {
    if ('told' in outcome) {
      assertThat(outcome === first || outcome.replayed, 'one request is done twice');
      assertSame(outcome.told.clientSecret, first.told.clientSecret, 'a secret');
      assertSame(outcome.told.account?.id, first.told.account?.id, 'an account');
    } else {
      assertThat(mayDiffer.includes(outcome.refusal), `one of two is refused: ${outcome.refusal}`);
    }
  }
  return first;
}

/** Counts the replays, which have events in the audit log, too. */
export function countReplays(counts: Counter, operation: Operation, outcomes: Outcome[]): void {
  for (const { replayed } of outcomes) if (replayed) counts.add(`${actionOf[operation]}.replay`);
}

/** Asserts that the tenant can have had a place when a request succeeded, or no place when it was refused. */
export function assertPlace({ limit }: Quota, { low, high }: Claim, outcome: Outcome): void {
  if ('told' in outcome) {
    assertThat(low < limit, `a place is taken, and ${low} of ${limit} were taken`);
  } else if (outcome.refusal === 'LIMIT_REACHED') {
    assertThat(high >= limit, `there is no place, and at most ${high} of ${limit} were taken`);
    assertSame(outcome.details, { limit, count: limit }, 'the details');
  }
}

export const refusalOf = (outcome: Outcome): string | undefined =>
  'told' in outcome ? undefined : outcome.refusal;

/** Asserts that what an answer contains of an account's snapshot is as expected. */
export function assertTells(account: Input, expected: Partial<Snapshot>): void {
  for (const [name, value] of Object.entries(snapshotIn(account))) {
    if (name in expected) assertSame(value, expected[name as keyof Snapshot], `the ${name} in an answer`);
  }
}
