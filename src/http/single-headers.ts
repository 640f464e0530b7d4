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

/** @throws AppError BAD_USER_INPUT */
export const requireSingleHeaders: RequestHandler = ({ headersDistinct, httpVersion }, _response, next) => {
  for (const name of single) {
    if ((headersDistinct[name]?.length ?? 0) > 1) throw invalidField(name, 'the header is there twice');
  }
  // RFC 9112, section 3.2.
  if (httpVersion === '1.1' && !headersDistinct.host) throw invalidField('host', 'the header is required');
  next();
};
