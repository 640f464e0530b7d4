import { isDeepStrictEqual } from 'node:util';
import { type Account, change, isDeleted, isTaken, liveSecrets, type Model } from './account.js';
import type { Input, Operation, Told } from './calls.js';
import { sets } from './facts.js';

/** The operations that change an account. */
export type Change = Exclude<Operation, 'create'>;

type Refuses = (account: Account, input: Input, model: Model) => string | false;

const mostSecrets = 5;
const day = 24 * 60 * 60;

const deleted: Refuses = (account) => isDeleted(account) && 'CONFLICT status';
const kept: Refuses = (account) => !isDeleted(account) && 'CONFLICT status';
/** A change that is done already is answered even if another version is expected: that is how a retry finds it. */
const stale =
  (operation: 'update' | 'setPermissions'): Refuses =>
  ({ version, facts }, { expectedVersion = version, ...input }) =>
    expectedVersion !== version &&
    Object.entries(sets[operation](input)).some(
      ([name, value]) => !isDeepStrictEqual(facts[name as keyof typeof facts], value),
    ) &&
    'CONFLICT expectedVersion';
const nameTaken: Refuses = (account, { name = account.facts.name }, model) =>
  isTaken(model, name, account) && 'CONFLICT name';
const enoughSecrets: Refuses = (account, { overlapSeconds }) =>
  overlapSeconds !== 0 && liveSecrets(account).length >= mostSecrets && 'CONFLICT secrets';

/** Why an operation is refused, in the order in which that is told. A full tenant comes beside. */
export const refusals: Record<Change, Refuses[]> = {
  update: [deleted, stale('update'), nameTaken],
  setPermissions: [deleted, stale('setPermissions')],
  disable: [deleted],
  enable: [deleted],
  delete: [],
  restore: [kept, nameTaken],
  rotate: [deleted, enoughSecrets],
  createSecret: [deleted, enoughSecrets],
  revoke: [deleted],
};

/** When an operation was done, in milliseconds of the epoch: between the request and its answer. */
interface During {
  from: number;
  to: number;
}

type Apply = (account: Account, input: Input, told: Told, during: During) => boolean;

const setFacts =
  (operation: Change): Apply =>
  (account, input) =>
    change(account, sets[operation](input));

function addSecret(account: Account, { secret }: Told, expiresAt?: unknown): boolean {
  const end = expiresAt === undefined ? null : Date.parse(String(expiresAt));
  const ends: [number, number] | null = end === null ? null : [end, end];
  account.secrets.push({ id: '', hint: '', ...secret, revoked: false, ends });
  return true;
}

/** Applies the operation to the model. @returns whether that is a change, which is recorded */
export const applies: Record<Change, Apply> = {
  update: setFacts('update'),
  setPermissions: setFacts('setPermissions'),
  disable: setFacts('disable'),
  enable: setFacts('enable'),
  restore: setFacts('restore'),
  delete: (account, input, told, during) => {
    for (const secret of liveSecrets(account)) secret.revoked = true;
    return setFacts('delete')(account, input, told, during);
  },
  rotate: (account, { overlapSeconds = day }, told, { from, to }) => {
    const overlap = Number(overlapSeconds) * 1000;
    for (const secret of liveSecrets(account)) {
      const [earliest, latest] = secret.ends ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      secret.ends = [Math.min(earliest, from + overlap), Math.min(latest, to + overlap)];
      // So that its tokens end, too.
      secret.revoked ||= overlap === 0;
    }
    return addSecret(account, told);
  },
  createSecret: (account, { expiresAt }, told) => addSecret(account, told, expiresAt),
  revoke: (account, { secretId }) => {
    // Tokens of a secret that has just ended by itself still live: a run takes less than an hour.
    const secret = account.secrets.find(({ id, revoked }) => id === secretId && !revoked);
    if (secret) secret.revoked = true;
    return secret !== undefined;
  },
};
