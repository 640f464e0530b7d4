import type { JWK } from 'jose';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { whyUnavailable } from '../../../platform/database/database-errors.js';
import { AppError } from '../../../platform/errors.js';
import { createKeyChecks } from './check-keys.js';
import { type KeyEncryptionKey, newKey } from './key-material.js';
import { createKeySet, logKeyChanges, type SigningKey, type VerificationKey } from './key-set.js';
import { createPrivateKeys } from './private-keys.js';
import { rotate } from './rotate-keys.js';
import { deleteRetired, insertFirst, type KeyRow, readKeys } from './signing-keys.sql.js';

/** Milliseconds between two reads of the keys. */
const pollInterval = 10_000;
/** Milliseconds between two reads that an unknown kid causes. Anybody can make one up. */
const lookUpInterval = 1000;

export interface SigningKeys {
  /**
   * Returns the key that signs now. @throws AppError SERVICE_UNAVAILABLE when this gateway has none that is published
   */
  current(): SigningKey;
  /** Tells whether this gateway has a key to sign with. The reason is logged when it no longer has one. */
  canSign(): boolean;
  /** Returns the JWK set (RFC 7517, section 5): first the key that signs, last the one that will. */
  jwks(): { keys: JWK[] };
  /** Finds a published key. The database is read for an unknown kid, at most once a second. */
  find(kid: string): Promise<VerificationKey | undefined>;
  /** Adds a listener that is called when another key begins to sign. */
  onChange(listener: () => void): void;
  close(): void;
}

export interface SigningKeysOptions {
  pool: Pool;
  keyEncryptionKeys: readonly KeyEncryptionKey[];
  /** The algorithm of new keys. */
  algorithm: SigningAlgorithm;
  /** Days for which a key signs. */
  keyDays: number;
  log: Logger;
}

/**
 * Opens the keys that tokens are signed with. They are stored in the database, which all gateways share: one of these
 * makes a key when it is time, and the others notice.
 * @param interval milliseconds between two reads of the keys
 * @throws StartError when KEY_ENCRYPTION_KEYS does not open the stored keys, or one of them is broken
 */
export async function openSigningKeys(
  { pool, keyEncryptionKeys, algorithm, keyDays, log }: SigningKeysOptions,
  interval = pollInterval,
): Promise<SigningKeys> {
  const read = () => readKeys(pool, [keyDays]);
  const privateKeys = createPrivateKeys(pool, keyEncryptionKeys, log);
  const listeners: (() => void)[] = [];
  const checks = createKeyChecks(log);
  const stored = await read();
  await checks.require(stored);
  const intact = await checks.select(stored);
  privateKeys.open(intact);
  let keySet = createKeySet(intact, privateKeys.byKid);

  /** Makes the first key, a successor that is due, or one of the wanted algorithm. @returns whether one was missing */
  async function makeMissingKey(rows: KeyRow[], wanted?: SigningAlgorithm): Promise<boolean> {
    const newest = rows.find((row) => row.newest);
    if (!newest) await insertFirst(pool, await newKey(algorithm, keyEncryptionKeys));
    else if (newest.due || (wanted && newest.algorithm !== wanted))
      await rotate(pool, newest, wanted ?? newest.algorithm, keyEncryptionKeys);
    else return false;
    return true;
  }

  function adopt(rows: KeyRow[]): void {
    const before = keySet;
    keySet = createKeySet(rows, privateKeys.byKid);
    logKeyChanges(before, keySet, rows, log);
    if (before.current && !keySet.current) {
      const { kid } = rows.find(({ state }) => state === 'signs') ?? {};
      const reason = kid && privateKeys.refused.get(kid);
      log.error(
        { kid, reason },
        'Not ready: this gateway has no published signing key and issues no access tokens',
      );
    }
    if (!keySet.current || keySet.current.kid === before.current?.kid) return;
    log.info({ kid: keySet.current.kid }, 'Signing access tokens with a new key');
    for (const listener of listeners) listener();
  }

  async function cleanUp(rows: KeyRow[]): Promise<void> {
    await privateKeys.sealAnew(rows);
    const isRetired = ({ state, sealedPrivateKey }: KeyRow) =>
      state === 'retired' || (state === 'published' && sealedPrivateKey);
    if (rows.some(isRetired)) await deleteRetired(pool, []);
  }

  async function update(open: (rows: KeyRow[]) => void, wanted?: SigningAlgorithm): Promise<void> {
    const reload = async () => {
      const rows = await read();
      const intact = await checks.select(rows);
      open(intact);
      adopt(intact);
      return rows;
    };
    let rows = await reload();
    if (await makeMissingKey(rows, wanted)) rows = await reload();
    await cleanUp(rows);
  }

  async function poll(): Promise<void> {
    try {
      await update(privateKeys.openSome);
    } catch (error) {
      // An outage is logged by outage.ts. The keys that are known stay in use.
      if (!whyUnavailable(error)) log.error({ err: error }, 'Signing keys could not be read');
    }
  }

  // A wanted algorithm has an effect at the start only, and is compared with the newest key only, so that gateways with
  // different settings do not rotate endlessly.
  await update(privateKeys.open, algorithm);

  let running: Promise<void> | undefined;
  let lookedUpAt = Number.NEGATIVE_INFINITY;
  const pollOnce = (): Promise<void> => {
    running ??= poll().finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(pollOnce, interval).unref();

  return {
    current() {
      if (!keySet.current) throw new AppError('SERVICE_UNAVAILABLE');
      return keySet.current;
    },
    canSign: () => keySet.current !== undefined,
    jwks: () => keySet.document,
    async find(kid) {
      if (keySet.published.has(kid)) return keySet.published.get(kid);
      const now = performance.now();
      if (now - lookedUpAt >= lookUpInterval) {
        lookedUpAt = now;
        await pollOnce();
      } else await running;
      return keySet.published.get(kid);
    },
    onChange: (listener) => listeners.push(listener),
    close: () => clearInterval(timer),
  };
}
