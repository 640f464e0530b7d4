import { isDeepStrictEqual } from 'node:util';
import { type Account, change, isDeleted, isTaken, liveSecrets, type Model } from './account.js';
import type { Input, Operation, Told } from './calls.js';
import { sets } from './snapshot.js';

/** The operations that change an account. */
export type Change = Exclude<Operation, 'create'>;

type Refuses = (account: Account, input: Input, model: Model) => string | false;

const mostSecrets = 5;
const day = 24 * 60 * 60;

const deleted: Refuses = (account) => isDeleted(account) && 'CONFLICT status';
const kept: Refuses = (account) => !isDeleted(account) && 'CONFLICT status';
/** Rejects another expected version, unless the change is already done: then a retry succeeds. */
const stale =
  (operation: 'update' | 'setPermissions'): Refuses =>
  ({ version, snapshot }, { expectedVersion = version, ...input }) =>
    expectedVersion !== version &&
    Object.entries(sets[operation](input)).some(
      ([name, value]) => !isDeepStrictEqual(snapshot[name as keyof typeof snapshot], value),
    ) &&
    'CONFLICT expectedVersion';
const nameTaken: Refuses = (account, { name = account.snapshot.name }, model) =>
  isTaken(model, name, account) && 'CONFLICT name';
const enoughSecrets: Refuses = (account, { overlapSeconds }) =>
  overlapSeconds !== 0 && liveSecrets(account).length >= mostSecrets && 'CONFLICT secrets';

/** The reasons to refuse an operation, in the gateway's order. A full tenant is another reason. */
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

/** The times of a request and its answer in milliseconds since 1970, between which the operation was done. */
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

/** Functions that apply an operation to the model. They return whether it is a change, which has an event. */
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
      // Without an overlap the secret is revoked, so that its tokens are revoked, too.
      secret.revoked ||= overlap === 0;
    }
    return addSecret(account, told);
  },
  createSecret: (account, { expiresAt }, told) => addSecret(account, told, expiresAt),
  revoke: (account, { secretId }) => {
    // An expired secret can be revoked, too, as long as its tokens are valid. A run takes less than an hour.
    const secret = account.secrets.find(({ id, revoked }) => id === secretId && !revoked);
    if (secret) secret.revoked = true;
    return secret !== undefined;
  },
};
