import cors from 'cors';
import type { RequestHandler } from 'express';

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
export const allowOrigins = (origin: string[]): RequestHandler => cors({ origin, exposedHeaders });
