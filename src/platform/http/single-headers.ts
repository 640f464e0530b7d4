import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { invalidField } from '../errors.js';

/**
 * What may be there once. Of two, node keeps the first of some and joins others, and a proxy in front may have
 * gone by the other one (RFC 9110, section 5.3).
 */
const single = [
  'authorization',
  'content-encoding',
  'content-type',
  'host',
  'idempotency-key',
  'realmname',
  'x-tenantid',
];

/** What is wrong with the headers of a request, by the name of the header. */
export function headerFault({ headersDistinct, httpVersion }: IncomingMessage): [string, string] | undefined {
  for (const name of single) {
    if ((headersDistinct[name]?.length ?? 0) > 1) return [name, 'the header is there twice'];
  }
  // RFC 9112, section 3.2.
  if (httpVersion === '1.1' && !headersDistinct.host) return ['host', 'the header is required'];
  return undefined;
}

/** @throws AppError BAD_USER_INPUT */
export const requireSingleHeaders: RequestHandler = (request, _response, next) => {
  const fault = headerFault(request);
  if (fault) throw invalidField(...fault);
  next();
};
