import type { Logger } from 'pino';
import type { KeyDocument } from './key-document.js';
import { ReadFault } from './read-json.js';

const minute = 60_000;

/** What is told of the attempts to read a realm's keys: each change, and once a minute that a fault is still there. */
export interface AttemptsLog {
  read(document: KeyDocument, changed: boolean): void;
  /** @param usableUntil milliseconds since 1970; the known keys go on until then. None: there are no such keys */
  failed(error: unknown, usableUntil: number | undefined): void;
}

export function createAttemptsLog(realm: string, log: Logger): AttemptsLog {
  let failure: { loggedAt: number; level: 'warn' | 'error'; reason: string } | undefined;
  return {
    read({ url, keys, skipped }, changed) {
      const facts = { realm, url: withoutQuery(url), keys: keys.length, skipped };
      if (failure) log.info(facts, 'the keys of a realm can be read again');
      if (changed && keys.length === 0) log.error(facts, 'a realm has no keys that can be used');
      else if (changed) log.info(facts, 'the keys of a realm are read');
      failure = undefined;
    },
    failed(error, usableUntil) {
      const level = usableUntil ? 'warn' : 'error';
      const reason = (error as Error).message;
      const loggedAt = Date.now();
      const isKnown = failure?.level === level && failure.reason === reason;
      if (isKnown && loggedAt - (failure?.loggedAt ?? 0) < minute) return;
      failure = { loggedAt, level, reason };
      const fact = error instanceof ReadFault ? { url: withoutQuery(error.url), reason } : { err: error };
      const goesOn = usableUntil && { usableUntil: new Date(usableUntil).toISOString() };
      log[level]({ realm, ...fact, ...goesOn }, 'the keys of a realm cannot be read');
    },
  };
}

/** A query may hold what is nobody's business. */
const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '');
