import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { secretInText } from '../../features/service-accounts/secrets/secret.js';
import { shorten } from '../../platform/errors.js';

/** The paths of frequent requests that are not worth a log entry. */
const unlogged = /^\/(healthz|readyz|metrics|favicon\.ico)(\?|$)/;

/**
 * Creates a function that gives a request its ID and the address of its client, and logs the request when it is
 * complete. Headers and query strings are not logged, because they can contain tokens and secrets. The gateway does not
 * use pino-http, which would take a third of the time of a token request (npm run bench:tokens).
 * @param addressOf returns the address of the client
 * @returns the function, whose last argument is the URL that the client sent, with the base path
 */
export function logRequests(log: Logger, addressOf: (request: IncomingMessage) => string | null) {
  return (request: IncomingMessage, response: ServerResponse, sentUrl: string): void => {
    request.requestId = requestIdOf(request);
    // The address is unknown after the connection is closed.
    request.clientAddress = addressOf(request);
    response.setHeader('x-request-id', request.requestId);
    const { requestId, clientAddress: ip, method, url = '' } = request;
    if (unlogged.test(url)) return;
    const begin = performance.now();
    response.once('close', () => {
      const level = levelOf(response);
      if (!log.isLevelEnabled(level)) return;
      const path = pathOf(sentUrl);
      const { statusCode, headersSent, errored } = response;
      const line = {
        req: { id: requestId, method, path, ip },
        // Without a response, the status code would be 200.
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
 * Returns the ID that a proxy or the caller sent, or a new ID. An ID is replaced if it is not suitable for a log. It is
 * also replaced if it looks like a token or a secret, or is part of the idempotency key, because these are never
 * logged.
 */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = `${headers['x-request-id'] ?? ''}`;
  if (!/^[\w.:/+=-]{1,128}$/.test(given)) return randomUUID();
  const isSecret = looksSecret.test(given) || headers['idempotency-key']?.includes(given);
  return isSecret ? randomUUID() : given;
}

/** Matches tokens and secrets. Use it only for short texts, because it takes quadratic time. */
const looksSecret = new RegExp(`eyJ[\\w-]+\\.[\\w.-]+|${secretInText}`);
const secretLooks = new RegExp(looksSecret, 'g');

/** Returns the path of a URL for the log. Node accepts only visible characters of ASCII in a URL. */
const pathOf = (url: string) => shorten(url.split('?', 1)[0] ?? '').replace(secretLooks, '[redacted]');
