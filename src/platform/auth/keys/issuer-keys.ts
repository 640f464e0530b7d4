import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.js';
import type { AttemptsLog } from './attempts-log.js';
import type { KeyDocument } from './issuer-documents.js';
import type { KeySet } from './key-set.js';
import type { PublicKey } from './public-key.js';

/** The current keys of an issuer. */
export interface IssuerKeys {
  /** Returns the keys. @throws AppError SERVICE_UNAVAILABLE if no keys have been read in the last 24 hours */
  current(): Promise<KeySet>;
  /**
   * Reads the keys again and returns them, for a token that matches no known key.
   * @throws AppError SERVICE_UNAVAILABLE
   */
  renewed(): Promise<KeySet>;
}

const seconds = 1000;
const minutes = 60 * seconds;

/** The age at which the keys are read again in the background, while requests continue to use them. */
const renewAfter = 4 * minutes;
/** The age from which requests use the keys only if the issuer does not respond. */
const renewBefore = 5 * minutes;
/** The age from which the keys are not used. */
const maxAge = 24 * 60 * minutes;
/** The time limit of one attempt, which reads all documents. */
const attemptTimeout = 5 * seconds;
/** The time that a request with usable keys waits for an attempt. */
const maxWait = 1 * seconds;
/** The time between two attempts. It is shorter without usable keys, because the issuer is then of no use. */
const coolDown = { withKeys: 30 * seconds, withoutKeys: 5 * seconds };

interface Known {
  keys: KeySet;
  /** The JSON of the keys, used to detect a change. */
  published: string;
  readAt: number;
}

interface Attempt {
  /** Resolves when the attempt has ended, successfully or not. It never rejects. */
  ended: Promise<void>;
  /** Resolves when the attempt has ended, or when a request with usable keys should stop waiting for it. */
  endedOrSlow: Promise<void>;
}

/**
 * Creates the keys that an issuer publishes. The keys are read when a request needs them. Only one attempt runs at a
 * time, and all requests share it. While the issuer is unavailable, requests use the known keys.
 */
export function createIssuerKeys(
  read: (signal: AbortSignal) => Promise<KeyDocument>,
  toKeySet: (keys: PublicKey[]) => KeySet,
  log: AttemptsLog,
): IssuerKeys {
  let known: Known | undefined;
  let running: Attempt | undefined;
  let failing = false;
  let endedAt = Number.NEGATIVE_INFINITY;

  const age = () => Date.now() - (known?.readAt ?? Number.NEGATIVE_INFINITY);
  const isUsable = () => age() <= maxAge;
  const nextAttempt = () => endedAt + (isUsable() ? coolDown.withKeys : coolDown.withoutKeys);

  async function attempt(): Promise<void> {
    const readAt = Date.now();
    try {
      const document = await read(AbortSignal.timeout(attemptTimeout));
      const published = JSON.stringify(document.keys);
      const changed = published !== known?.published;
      const keys = known && !changed ? known.keys : toKeySet(document.keys);
      known = { keys, published, readAt };
      failing = false;
      log.read(document, changed);
    } catch (error) {
      failing = true;
      log.failed(error, isUsable() ? (known?.readAt ?? 0) + maxAge : undefined);
    }
    endedAt = Date.now();
    running = undefined;
  }

  /** Returns the running attempt. If none is running, starts one, unless the previous attempt ended too recently. */
  function attemptSoon(): Attempt | undefined {
    if (!running && Date.now() >= nextAttempt()) {
      const ended = attempt();
      running = { ended, endedOrSlow: Promise.race([ended, sleep(maxWait, undefined, { ref: false })]) };
    }
    return running;
  }

  function usableKeys(): KeySet {
    if (known && isUsable()) return known.keys;
    const wait = Math.max(1, Math.ceil((nextAttempt() - Date.now()) / seconds));
    throw new AppError('SERVICE_UNAVAILABLE', { headers: { 'retry-after': `${wait}` } });
  }

  return {
    async current() {
      const attempt = age() > renewAfter ? attemptSoon() : undefined;
      if (!isUsable()) await attempt?.ended;
      else if (age() > renewBefore && !failing) await attempt?.endedOrSlow;
      return usableKeys();
    },
    async renewed() {
      await attemptSoon()?.ended;
      return usableKeys();
    },
  };
}
