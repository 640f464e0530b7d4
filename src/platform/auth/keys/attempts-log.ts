import type { Logger } from 'pino';
import type { KeyDocument } from './issuer-documents.js';
import { ReadFault } from './read-json.js';

const minute = 60_000;

/** Logs the attempts to read a realm's keys. It logs each change, and repeats a continuing fault once a minute. */
export interface AttemptsLog {
  read(document: KeyDocument, changed: boolean): void;
  /**
   * @param usableUntil the time until which the known keys are used, in milliseconds since 1970; undefined if no usable
   *   keys are known
   */
  failed(error: unknown, usableUntil: number | undefined): void;
}

export function createAttemptsLog(realm: string, log: Logger): AttemptsLog {
  let failure: { loggedAt: number; level: 'warn' | 'error'; reason: string } | undefined;
  return {
    read({ url, keys, skipped }, changed) {
      const fields = { realm, url: withoutQuery(url), keys: keys.length, skipped };
      if (failure) log.info(fields, 'Keys of the realm are readable again');
      if (changed && keys.length === 0)
        log.error(fields, 'Realm has no usable keys; all of its access tokens are rejected');
      else if (changed) log.info(fields, 'Keys of the realm were loaded');
      failure = undefined;
    },
    failed(error, usableUntil) {
      const level = usableUntil ? 'warn' : 'error';
      const reason = (error as Error).message;
      const loggedAt = Date.now();
      const isKnown = failure?.level === level && failure.reason === reason;
      if (isKnown && loggedAt - (failure?.loggedAt ?? 0) < minute) return;
      failure = { loggedAt, level, reason };
      const cause = error instanceof ReadFault ? { url: withoutQuery(error.url), reason } : { err: error };
      const goesOn = usableUntil && { usableUntil: new Date(usableUntil).toISOString() };
      log[level]({ realm, ...cause, ...goesOn }, 'Keys of the realm cannot be read');
    },
  };
}

/** Removes the query of a URL, because it may contain a secret. */
const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '');
