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

/** The number of milliseconds between two reads of the keys. */
const pollInterval = 10_000;
/** The minimum number of milliseconds between two reads for unknown kids, because anybody can send an invented kid. */
const lookUpInterval = 1000;

export interface SigningKeys {
  /**
   * Returns the current signing key.
   * @throws AppError SERVICE_UNAVAILABLE if this gateway can use no published key
   */
  current(): SigningKey;
  /** Returns whether this gateway has a key with which it can sign. If it loses its last key, it logs the reason. */
  canSign(): boolean;
  /** Returns the JWK set (RFC 7517, section 5). The current signing key comes first, and the next one comes last. */
  jwks(): { keys: JWK[] };
  /** Finds a published key. For an unknown kid, it reads the database, at most once per second. */
  find(kid: string): Promise<VerificationKey | undefined>;
  close(): void;
}

export interface SigningKeysOptions {
  pool: Pool;
  keyEncryptionKeys: readonly KeyEncryptionKey[];
  /** The algorithm of new keys. */
  algorithm: SigningAlgorithm;
  /** The number of days for which a key signs. */
  keyDays: number;
  log: Logger;
}

/**
 * Opens the keys that sign access tokens. The database stores them, and all gateways share it. One of the gateways
 * creates a new key when it is due, and the others notice the key.
 * @param interval the number of milliseconds between two reads of the keys
 * @throws StartError if KEY_ENCRYPTION_KEYS does not decrypt a key that signs now or later, or if the key that signs or
 *   the newest key is damaged
 */
export async function openSigningKeys(
  { pool, keyEncryptionKeys, algorithm, keyDays, log }: SigningKeysOptions,
  interval = pollInterval,
): Promise<SigningKeys> {
  const read = () => readKeys(pool, [keyDays]);
  const privateKeys = createPrivateKeys(pool, keyEncryptionKeys, log);
  const checks = createKeyChecks(log);
  const stored = await read();
  await checks.require(stored);
  const intact = await checks.select(stored);
  privateKeys.open(intact);
  let keySet = createKeySet(intact, privateKeys.byKid);

  /**
   * Creates the first key, a successor that is due, or a successor with the wanted algorithm.
   * @returns whether a key was missing
   */
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
      // outage.ts logs an outage of the database. The gateway continues to use the keys that it knows.
      if (!whyUnavailable(error)) log.error({ err: error }, 'Signing keys could not be read');
    }
  }

  // The gateway applies its TOKEN_ALGORITHM only at start, and compares it only with the newest key. Otherwise gateways
  // with different settings would rotate forever.
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
    close: () => clearInterval(timer),
  };
}
