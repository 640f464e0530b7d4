import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { secretInText } from '../../features/service-accounts/secrets/secret.js';
import { shorten } from '../../platform/errors.js';

/** Paths that are requested often and whose requests say nothing. */
const unlogged = /^\/(healthz|readyz|metrics)(\?|$)/;

/**
 * Creates a function that gives a request its id and logs how it ended. Headers and query strings are not logged, since
 * tokens and secrets travel there. It is written by hand, since pino-http would take a third of the time of a token
 * (npm run bench:tokens).
 * @param addressOf returns the address of the client
 */
export function logRequests(log: Logger, addressOf: (request: IncomingMessage) => string | undefined) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.requestId = requestIdOf(request);
    response.setHeader('x-request-id', request.requestId);
    const { requestId, method, url = '' } = request;
    if (unlogged.test(url)) return;
    // The address is unknown once the connection is closed.
    const ip = addressOf(request);
    const begin = performance.now();
    response.once('close', () => {
      const level = levelOf(response);
      if (!log.isLevelEnabled(level)) return;
      const path = pathOf(url);
      const { statusCode, headersSent, errored } = response;
      const line = {
        req: { id: requestId, method, path, ip },
        // The status of a request that was never answered would be 200.
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
 * Returns the id that a proxy or the caller gave if it is fit for a log, or a new one. An id that is also the
 * idempotency key is replaced, since that key is never logged.
 */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = `${headers['x-request-id'] ?? ''}`;
  if (!/^[\w.:/+=-]{1,128}$/.test(given)) return randomUUID();
  const isSecret = looksSecret.test(given) || headers['idempotency-key']?.includes(given);
  return isSecret ? randomUUID() : given;
}

/** Matches tokens and secrets in a short text; its time grows with the square of the length. */
const looksSecret = new RegExp(`eyJ[\\w-]+\\.[\\w.-]+|${secretInText}`);
const secretLooks = new RegExp(looksSecret, 'g');

const pathOf = (url: string) => shorten(url.split('?', 1)[0] ?? '').replace(secretLooks, '[redacted]');
