import type { JWK } from 'jose';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { whyUnavailable } from '../../../platform/database/unavailable.js';
import { AppError } from '../../../platform/errors.js';
import { type KeyEncryptionKey, newKey } from './key-material.js';
import { keyRing, type SigningKey, type VerificationKey } from './key-ring.js';
import { createPrivateKeys } from './private-keys.js';
import { rotate } from './rotate.js';
import { deleteOver, insertFirst, type KeyRow, readKeys } from './signing-keys.sql.js';
import { createSoundness } from './soundness.js';
import { tellChanges } from './tell-changes.js';

/** How often the database is asked for new keys, in milliseconds. */
const pollInterval = 10_000;
/** Between two reads for the sake of keys that are not known, in milliseconds: anybody can make up a kid. */
const lookInterval = 1000;

export interface SigningKeys {
  /** The key that signs now. @throws AppError SERVICE_UNAVAILABLE when this gateway has none that is published */
  current(): SigningKey;
  /** Whether there is a current one. What keeps this gateway from that is logged when it begins. */
  canSign(): boolean;
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
 * The keys that tokens are signed with. They are in the database, shared by all gateways there: one of these makes
 * a key when it is time, and the others notice.
 * @param interval milliseconds
 * @throws StartError when KEY_ENCRYPTION_KEYS does not open what is there, or that is broken
 */
export async function openSigningKeys(
  { pool, keyEncryptionKeys, algorithm, keyDays, log }: Options,
  interval = pollInterval,
): Promise<SigningKeys> {
  const read = () => readKeys(pool, [keyDays]);
  const privateKeys = createPrivateKeys(pool, keyEncryptionKeys, log);
  const listeners: (() => void)[] = [];
  const soundness = createSoundness(log);
  const there = await read();
  soundness.require(there);
  const sound = soundness.select(there);
  privateKeys.open(sound);
  let ring = keyRing(sound, privateKeys.byKid);

  /** Makes the key that is missing, also one of the algorithm that is wanted. @returns whether one was missing */
  async function supply(rows: KeyRow[], wanted?: SigningAlgorithm): Promise<boolean> {
    const newest = rows.find((row) => row.newest);
    if (!newest) await insertFirst(pool, await newKey(algorithm, keyEncryptionKeys));
    else if (newest.due || (wanted && newest.algorithm !== wanted))
      await rotate(pool, newest, wanted ?? newest.algorithm, keyEncryptionKeys);
    else return false;
    return true;
  }

  function adopt(rows: KeyRow[]): void {
    const before = ring;
    ring = keyRing(rows, privateKeys.byKid);
    tellChanges(before, ring, rows, log);
    if (before.current && !ring.current) {
      const { kid } = rows.find(({ state }) => state === 'signs') ?? {};
      const reason = kid && privateKeys.refused.get(kid);
      log.error(
        { kid, reason },
        'not ready: this gateway has no signing key that is published, and gives no tokens',
      );
    }
    if (!ring.current || ring.current.kid === before.current?.kid) return;
    log.info({ kid: ring.current.kid }, 'a new signing key is used');
    for (const listener of listeners) listener();
  }

  async function tidy(rows: KeyRow[]): Promise<void> {
    await privateKeys.sealAnew(rows);
    const isOver = ({ state, sealedPrivateKey }: KeyRow) =>
      state === 'retired' || (state === 'published' && sealedPrivateKey);
    if (rows.some(isOver)) await deleteOver(pool, []);
  }

  async function update(open: (rows: KeyRow[]) => void, wanted?: SigningAlgorithm): Promise<void> {
    const take = async () => {
      const rows = await read();
      const sound = soundness.select(rows);
      open(sound);
      adopt(sound);
      return rows;
    };
    let rows = await take();
    if (await supply(rows, wanted)) rows = await take();
    await tidy(rows);
  }

  async function poll(): Promise<void> {
    try {
      await update(privateKeys.openSome);
    } catch (error) {
      // An outage is told elsewhere (outage.ts), and what is known goes on.
      if (!whyUnavailable(error)) log.error({ err: error }, 'signing keys could not be read');
    }
  }

  // The algorithm counts at the start only, and that of the newest key only: gateways that want different ones do
  // not rotate for ever.
  await update(privateKeys.open, algorithm);

  let running: Promise<void> | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const look = (): Promise<void> => {
    running ??= poll().finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(look, interval).unref();

  return {
    current() {
      if (!ring.current) throw new AppError('SERVICE_UNAVAILABLE');
      return ring.current;
    },
    canSign: () => ring.current !== undefined,
    jwks: () => ring.document,
    async find(kid) {
      if (ring.published.has(kid)) return ring.published.get(kid);
      const now = performance.now();
      if (now - lookedAt >= lookInterval) {
        lookedAt = now;
        await look();
      } else await running;
      return ring.published.get(kid);
    },
    onChange: (listener) => listeners.push(listener),
    close: () => clearInterval(timer),
  };
}
