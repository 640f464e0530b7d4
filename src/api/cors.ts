import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

/** The response headers that a page of an allowed origin may read. */
const exposedHeaders = [
  'x-request-id',
  'www-authenticate',
  'idempotency-replayed',
  'ratelimit-policy',
  'ratelimit',
  'link',
  'retry-after',
];

/** Lets pages of these origins read responses. Without these headers, a browser hides a response from other sites. */
export const allowOrigins = (origin: string[]): AllowOrigin =>
  origin.length > 0 ? (cors({ origin, exposedHeaders }) as never) : (_request, _response, next) => next();

type AllowOrigin = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
