import type { Logger } from 'pino';
import type { KeyDocument } from './issuer-documents.js';
import { ReadFault } from './read-json.js';

const minute = 60_000;

/** What an issuer is to the gateway. Each entry of the log names the issuer in the field with this name. */
const owners = {
  realm: { title: 'realm', noKeys: 'Realm has no usable keys; all of its access tokens are rejected' },
  workloadIssuer: {
    title: 'workload issuer',
    noKeys: 'Workload issuer has no usable keys; all of its tokens are rejected',
  },
} as const;

export type KeyOwner = keyof typeof owners;

/** Logs the attempts to read an issuer's keys. It logs each change, and repeats a continuing fault once a minute. */
export interface AttemptsLog {
  read(document: KeyDocument, changed: boolean): void;
  /**
   * @param usableUntil the time until which the known keys are used, in milliseconds since 1970; undefined if no usable
   *   keys are known
   */
  failed(error: unknown, usableUntil: number | undefined): void;
}

export function createAttemptsLog(owner: KeyOwner, name: string, log: Logger): AttemptsLog {
  const { title, noKeys } = owners[owner];
  let failure: { loggedAt: number; level: 'warn' | 'error'; reason: string } | undefined;
  return {
    read({ url, keys, skipped }, changed) {
      const fields = { [owner]: name, url: withoutQuery(url), keys: keys.length, skipped };
      if (failure) log.info(fields, `Keys of the ${title} are readable again`);
      if (changed && keys.length === 0) log.error(fields, noKeys);
      else if (changed) log.info(fields, `Keys of the ${title} were loaded`);
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
      log[level]({ [owner]: name, ...cause, ...goesOn }, `Keys of the ${title} cannot be read`);
    },
  };
}

/** Removes the query of a URL, because it may contain a secret. */
const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '');
