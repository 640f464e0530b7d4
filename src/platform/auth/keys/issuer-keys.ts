import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet } from 'jose';
import { AppError } from '../../errors.js';
import type { AttemptsLog } from './attempts-log.js';
import type { KeyDocument } from './key-document.js';
import type { KeySet, RealmKeys } from './realm-keys.js';

const seconds = 1000;
const minutes = 60 * seconds;

/** Keys that are older are read again while requests go on. */
const renewAfter = 4 * minutes;
/** Keys that are older are used only if the issuer does not answer. */
const renewBefore = 5 * minutes;
/** Keys that are older are not used. */
const lastResort = 24 * 60 * minutes;
/** One attempt, all of its documents. */
const timeLimit = 5 * seconds;
/** How much of an attempt a request waits for that has keys. */
const patience = 1 * seconds;
/** From one attempt to the next, whatever tokens come. Without keys nothing works, so that it is shorter. */
const coolDown = { withKeys: 30 * seconds, withoutKeys: 5 * seconds };

interface Known {
  keys: KeySet;
  /** What they were made of, to tell whether they have changed. */
  published: string;
  readAt: number;
}

interface Attempt {
  /** It never rejects. */
  ended: Promise<void>;
  /** Its end, or that it takes longer than a request with keys should wait. */
  endedOrSlow: Promise<void>;
}

/**
 * Keys that an issuer publishes. They are read when requests need them, by one attempt at a time, which all of
 * these share. An issuer that fails stops nobody who has known keys.
 */
export function createIssuerKeys(
  read: (signal: AbortSignal) => Promise<KeyDocument>,
  log: AttemptsLog,
): RealmKeys {
  let known: Known | undefined;
  let running: Attempt | undefined;
  let failing = false;
  let endedAt = Number.NEGATIVE_INFINITY;

  const age = () => Date.now() - (known?.readAt ?? Number.NEGATIVE_INFINITY);
  const isUsable = () => age() <= lastResort;
  const nextAttempt = () => endedAt + (isUsable() ? coolDown.withKeys : coolDown.withoutKeys);

  async function attempt(): Promise<void> {
    const readAt = Date.now();
    try {
      const document = await read(AbortSignal.timeout(timeLimit));
      const published = JSON.stringify(document.keys);
      const changed = published !== known?.published;
      const keys = known && !changed ? known.keys : createLocalJWKSet({ keys: document.keys });
      known = { keys, published, readAt };
      failing = false;
      log.read(document, changed);
    } catch (error) {
      failing = true;
      log.failed(error, isUsable() ? (known?.readAt ?? 0) + lastResort : undefined);
    }
    endedAt = Date.now();
    running = undefined;
  }

  /** The attempt that is under way: a new one, unless the last one has just been. */
  function look(): Attempt | undefined {
    if (!running && Date.now() >= nextAttempt()) {
      const ended = attempt();
      running = { ended, endedOrSlow: Promise.race([ended, sleep(patience, undefined, { ref: false })]) };
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
      const attempt = age() > renewAfter ? look() : undefined;
      if (!isUsable()) await attempt?.ended;
      else if (age() > renewBefore && !failing) await attempt?.endedOrSlow;
      return usableKeys();
    },
    async renewed() {
      await look()?.ended;
      return usableKeys();
    },
  };
}
