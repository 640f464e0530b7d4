import type { KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../database/unavailable.js';
import { AppError } from '../../errors.js';
import type { SigningAlgorithm } from '../token-rules.js';
import { type KeyEncryptionKey, newestOf, newKey, opened, sealed } from './key-material.js';
import { type KeyRing, keyRing, type SigningKey, type VerificationKey } from './key-ring.js';
import { rotate } from './rotate.js';
import { deleteOver, insertFirst, type KeyRow, readKeys, updateSeal } from './signing-keys.sql.js';

/** How often the database is asked for new keys, in milliseconds. */
const pollInterval = 10_000;
/** Between two reads for the sake of keys that are not known, in milliseconds: anybody can make up a kid. */
const lookInterval = 1000;

export interface SigningKeys {
  /** The key that signs now. @throws AppError SERVICE_UNAVAILABLE when this gateway has none that is published */
  current(): SigningKey;
  /** The JWK set (RFC 7517, section 5) of all that is published: what signs first, what is yet to sign last. */
  jwks(): { keys: JWK[] };
  /** The published key with that id. One that is not known is looked for in the database, once a second. */
  find(kid: string): Promise<VerificationKey | undefined>;
  /** Told when another key signs. */
  onChange(listener: () => void): void;
  close(): void;
}

interface Options {
  pool: Pool;
  keyEncryptionKeys: readonly KeyEncryptionKey[];
  /** Of keys that are made. */
  algorithm: SigningAlgorithm;
  /** For how many days a key signs. */
  keyDays: number;
  log: Logger;
}

/**
 * The keys that tokens are signed with, kept in the database and shared by all gateways there: one of them makes a
 * key when it is time, the others notice.
 * @param interval milliseconds
 * @throws StartError when KEY_ENCRYPTION_KEYS does not open those that are there
 */
export async function openSigningKeys(
  { pool, keyEncryptionKeys, algorithm, keyDays, log }: Options,
  interval = pollInterval,
): Promise<SigningKeys> {
  const privateKeys = new Map<string, KeyObject>();
  const sealedHere = new Set<string>();
  const refused = new Set<string>();
  const listeners: (() => void)[] = [];
  let ring: KeyRing = keyRing([], privateKeys);

  /** Makes what is missing. @param wanted the algorithm, if another one is a reason for a new key */
  async function supply(rows: KeyRow[], wanted?: SigningAlgorithm): Promise<KeyRow[]> {
    const newest = rows.find((row) => row.newest);
    if (!newest) await insertFirst(pool, await newKey(algorithm, keyEncryptionKeys));
    else if (newest.due || (wanted && newest.algorithm !== wanted))
      await rotate(pool, newest, wanted ?? newest.algorithm, keyEncryptionKeys);
    else return rows;
    return readKeys(pool, [keyDays]);
  }

  /** Opens private parts that are new. What was opened once stays, whatever it is sealed under by now. */
  function openNew(rows: KeyRow[], onRefusal: (error: Error, row: KeyRow) => void): void {
    for (const kid of privateKeys.keys()) if (!rows.some((row) => row.kid === kid)) privateKeys.delete(kid);
    for (const row of rows.filter(({ state }) => state === 'signs' || state === 'next')) {
      if (privateKeys.has(row.kid)) continue;
      try {
        privateKeys.set(row.kid, opened(row, keyEncryptionKeys));
      } catch (error) {
        onRefusal(error as Error, row);
      }
    }
  }

  function adopt(rows: KeyRow[]): void {
    const before = ring;
    ring = keyRing(rows, privateKeys);
    for (const { kid, algorithm } of ring.published.values()) {
      if (!before.published.has(kid)) log.info({ kid, algorithm }, 'a new signing key is published');
    }
    if (ring.current?.kid === before.current?.kid) return;
    if (ring.current) log.info({ kid: ring.current.kid }, 'a new signing key is used');
    for (const listener of listeners) listener();
  }

  /**
   * Seals under the newest key what is sealed under an older one, so that this can be taken out. Once for each key:
   * gateways whose newest one is not the same would do so for ever.
   */
  async function sealAnew(rows: KeyRow[]): Promise<void> {
    const { version } = newestOf(keyEncryptionKeys);
    for (const row of rows) {
      const privateKey = privateKeys.get(row.kid);
      if (!privateKey || !row.sealedPrivateKey || row.keyVersion === version || sealedHere.has(row.kid))
        continue;
      sealedHere.add(row.kid);
      const anew = sealed(row, privateKey, keyEncryptionKeys);
      await updateSeal(pool, [row.kid, row.sealedPrivateKey, ...anew]);
      log.info({ kid: row.kid, version }, 'a signing key is sealed under the newest key encryption key');
    }
  }

  async function refresh(rows: KeyRow[], onRefusal: (error: Error, row: KeyRow) => void): Promise<void> {
    openNew(rows, onRefusal);
    adopt(rows);
    await sealAnew(rows);
    const isOver = ({ state, sealedPrivateKey }: KeyRow) =>
      state === 'retired' || (state === 'published' && sealedPrivateKey);
    if (rows.some(isOver)) await deleteOver(pool, []);
  }

  const complain = (error: Error, { kid }: KeyRow) => {
    if (refused.has(kid)) return;
    refused.add(kid);
    log.error({ kid }, `tokens cannot be signed with a key of another gateway. ${error.message}`);
  };

  const refuse = (error: Error) => {
    throw error;
  };

  async function poll(): Promise<void> {
    try {
      await refresh(await supply(await readKeys(pool, [keyDays])), complain);
    } catch (error) {
      // An outage is told elsewhere (outage.ts), and what is known goes on.
      if (!whyUnavailable(error)) log.error({ err: error }, 'signing keys could not be read');
    }
  }

  let running: Promise<void> | undefined;
  const look = () => {
    running ??= poll().finally(() => {
      running = undefined;
    });
    return running;
  };

  const there = await readKeys(pool, [keyDays]);
  openNew(there, refuse);
  ring = keyRing(there, privateKeys);
  await refresh(await supply(there, algorithm), refuse);
  const timer = setInterval(look, interval).unref();
  let lookedAt = Number.NEGATIVE_INFINITY;

  return {
    current() {
      if (!ring.current) throw new AppError('SERVICE_UNAVAILABLE');
      return ring.current;
    },
    jwks: () => ring.document,
    async find(kid) {
      if (!ring.published.has(kid) && performance.now() - lookedAt >= lookInterval) {
        lookedAt = performance.now();
        await look();
      } else if (!ring.published.has(kid)) await running;
      return ring.published.get(kid);
    },
    onChange: (listener) => listeners.push(listener),
    close: () => clearInterval(timer),
  };
}
