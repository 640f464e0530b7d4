import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet } from 'jose';
import { AppError } from '../../errors.js';
import type { AttemptsLog } from './attempts-log.js';
import type { KeyDocument } from './issuer-documents.js';

/** Chooses the key for a token. It is a new object after each change of the keys. */
export type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The current keys of a realm. */
export interface RealmKeys {
  /** Returns the keys. @throws AppError SERVICE_UNAVAILABLE when they could not be read for 24 hours */
  current(): Promise<KeySet>;
  /** Reads the keys again and returns them, for a token that fits none. @throws AppError SERVICE_UNAVAILABLE */
  renewed(): Promise<KeySet>;
}

const seconds = 1000;
const minutes = 60 * seconds;

/** The age at which keys are read again while requests still use them. */
const renewAfter = 4 * minutes;
/** The age from which keys are used only if the issuer does not answer. */
const renewBefore = 5 * minutes;
/** The age from which keys are not used at all. */
const maxAge = 24 * 60 * minutes;
/** The time for one attempt with all of its documents. */
const attemptTimeout = 5 * seconds;
/** The time that a request waits for an attempt when there are keys that it can use. */
const maxWait = 1 * seconds;
/** The time between two attempts. It is shorter without keys, since nothing works then. */
const coolDown = { withKeys: 30 * seconds, withoutKeys: 5 * seconds };

interface Known {
  keys: KeySet;
  /** The JSON that the keys were made of, which shows whether they have changed. */
  published: string;
  readAt: number;
}

interface Attempt {
  /** Resolves when the attempt has ended. It never rejects. */
  ended: Promise<void>;
  /** Resolves when the attempt has ended or takes longer than a request with keys should wait. */
  endedOrSlow: Promise<void>;
}

/**
 * Creates the keys that an issuer publishes. They are read when a request needs them, by one attempt at a time that all
 * requests share. While the issuer fails, the known keys are used.
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
  const isUsable = () => age() <= maxAge;
  const nextAttempt = () => endedAt + (isUsable() ? coolDown.withKeys : coolDown.withoutKeys);

  async function attempt(): Promise<void> {
    const readAt = Date.now();
    try {
      const document = await read(AbortSignal.timeout(attemptTimeout));
      const published = JSON.stringify(document.keys);
      const changed = published !== known?.published;
      const keys = known && !changed ? known.keys : createLocalJWKSet({ keys: document.keys });
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

  /** Returns the attempt that is under way, or begins one unless the last one has just ended. */
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
