import { isDeepStrictEqual } from 'node:util';
import { assertThat } from '../generated/assert.js';
import { Counter } from './counter.js';
import type { Row } from './rows.js';
import type { Snapshot } from './snapshot.js';

/** A secret, as far as the client of its account knows it. */
export interface Secret {
  id: string;
  hint: string;
  revoked: boolean;
  /**
   * The earliest and the latest possible end, in milliseconds since 1970, because the gateway chooses the end during a
   * request. Null if the secret does not end.
   */
  ends: [number, number] | null;
}

/** An account that only one client changes, so that the client knows everything about it. */
export interface Account {
  id: string;
  version: number;
  snapshot: Snapshot;
  secrets: Secret[];
  counts: Counter;
}

/** Everything that a client knows about its accounts. */
export interface Model {
  accounts: Account[];
}

export const isDeleted = ({ snapshot }: Account): boolean => snapshot.status === 'deleted';

export const liveSecrets = ({ secrets }: Account): Secret[] =>
  secrets.filter(({ revoked, ends }) => !revoked && (ends === null || ends[1] > Date.now()));

/** Tells whether another account of the client has the name. */
export const isTaken = ({ accounts }: Model, name: unknown, but?: Account): boolean =>
  accounts.some((account) => account !== but && !isDeleted(account) && account.snapshot.name === name);

/** Sets fields of an account's snapshot. @returns whether that changes it */
export function change(account: Account, snapshot: Partial<Snapshot>): boolean {
  const after = { ...account.snapshot, ...snapshot };
  if (isDeepStrictEqual(after, account.snapshot)) return false;
  account.snapshot = after;
  account.version += 1;
  return true;
}

/** Asserts that the stored account is as its client knows it, and learns the exact ends of its secrets. */
export function assertStored(account: Account, row: Row | undefined): void {
  assertThat(row, `${account.id} is not there`);
  const { id, version, snapshot } = account;
  const found = { id: row.id, version: row.version, snapshot: row.snapshot };
  assertSame(found, { id, version, snapshot }, 'an account');
  assertSame(
    row.secrets.map(({ id, hint, revoked }) => ({ id, hint, revoked })),
    account.secrets.map(({ id, hint, revoked }) => ({ id, hint, revoked })),
    `the secrets of ${account.id}`,
  );
  for (const [index, { endsAt }] of row.secrets.entries()) {
    const secret = account.secrets[index];
    const [from, to] = secret?.ends ?? [null, null];
    const fits =
      from === null || to === null ? endsAt === null : endsAt !== null && endsAt >= from && endsAt <= to;
    assertThat(fits, `${secret?.id} ends at ${endsAt}, not from ${from} to ${to}`);
    if (secret && endsAt !== null) secret.ends = [endsAt, endsAt];
  }
  const counted = new Counter();
  for (const { action } of row.events) counted.add(action);
  assertSame(counted.toObject(), account.counts.toObject(), `the events of ${account.id}`);
}

export function assertSame(found: unknown, expected: unknown, what: string): void {
  assertThat(
    isDeepStrictEqual(found, expected),
    `${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`,
  );
}
