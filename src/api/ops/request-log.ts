import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { shorten } from '../../platform/errors.js';

declare module 'http' {
  interface IncomingMessage {
    /** The `x-request-id` of the request, its own or one that the gateway gave it. */
    requestId: string;
  }
}

/** What is asked too often, and tells nothing. */
const unlogged = /^\/(healthz|readyz|metrics)(\?|$)/;

/**
 * Gives each request its id and logs how it ended. Headers and query strings are not logged at all: they are
 * where tokens and secrets travel. By hand, since pino-http takes a third of the time of a token (npm run bench:tokens).
 * @param addressOf a request came from
 */
export function logRequests(log: Logger, addressOf: (request: IncomingMessage) => string | undefined) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.requestId = requestIdOf(request);
    response.setHeader('x-request-id', request.requestId);
    const { requestId, method, url = '' } = request;
    if (unlogged.test(url)) return;
    // Once the connection is gone, nobody knows any more whose it was.
    const ip = addressOf(request);
    const begin = performance.now();
    response.once('close', () => {
      const level = levelOf(response);
      if (!log.isLevelEnabled(level)) return;
      const path = pathOf(url);
      const { statusCode, headersSent, errored } = response;
      const line = {
        req: { id: requestId, method, path, ip },
        // Node has a 200 ready for what was never answered.
        res: headersSent ? { statusCode, ...(errored && { brokenOff: true }) } : { aborted: true },
        responseTime: Math.round(performance.now() - begin),
      };
      log[level](line, `${method} ${path} ${headersSent ? statusCode : 'aborted'}`);
    });
  };
}

function levelOf({ headersSent, statusCode, errored }: ServerResponse): 'info' | 'warn' | 'error' {
  if (!headersSent) return 'warn';
  return errored || statusCode >= 500 ? 'error' : 'info';
}

/**
 * The id that a proxy or the caller gave, if it is fit for a log, or a new one. Who sends one UUID as its
 * idempotency key, too, gets a new one: that key is written nowhere.
 */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = `${headers['x-request-id'] ?? ''}`;
  if (!/^[\w.:/+=-]{1,128}$/.test(given)) return randomUUID();
  const isSecret = looksSecret.test(given) || headers['idempotency-key']?.includes(given);
  return isSecret ? randomUUID() : given;
}

/** Tokens and secrets, wherever somebody has put them. For short texts: its time grows by the square of a length. */
const looksSecret = /eyJ[\w-]+\.[\w.-]+|sa_secret_\w+/;
const secretLooks = new RegExp(looksSecret, 'g');

const pathOf = (url: string) => shorten(url.split('?', 1)[0] ?? '').replace(secretLooks, '[redacted]');
