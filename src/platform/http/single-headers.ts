import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { invalidField } from '../errors.js';

/**
 * Headers that a request may contain only once. If one is repeated, Node keeps the first value of some headers and
 * joins the values of others. A proxy in front of the gateway may have used the second value (RFC 9110, section 5.3).
 */
const singleHeaders = [
  'authorization',
  'content-encoding',
  'content-type',
  'host',
  'idempotency-key',
  'realmname',
  'x-tenantid',
];

/** Returns the name of a repeated or missing header and a description of the fault, or undefined. */
export function headerFault(request: IncomingMessage): [string, string] | undefined {
  const { headers, rawHeaders, httpVersion } = request;
  // `rawHeaders` has a name and a value for each header. Node computes `headersDistinct` only if it is used.
  if (rawHeaders.length !== 2 * Object.keys(headers).length) {
    const repeated = singleHeaders.find((name) => (request.headersDistinct[name]?.length ?? 0) > 1);
    if (repeated) return [repeated, 'the header must occur only once'];
  }
  // RFC 9112, section 3.2, requires a host header.
  if (httpVersion === '1.1' && headers.host === undefined) return ['host', 'the header is required'];
  return undefined;
}

/** Rejects a request with a repeated or missing header. @throws AppError BAD_USER_INPUT */
export function checkSingleHeaders(request: IncomingMessage): void {
  const fault = headerFault(request);
  if (fault) throw invalidField(...fault);
}

/** Rejects a request with a repeated or missing header. @throws AppError BAD_USER_INPUT */
export const requireSingleHeaders: RequestHandler = (request, _response, next) => {
  checkSingleHeaders(request);
  next();
};
