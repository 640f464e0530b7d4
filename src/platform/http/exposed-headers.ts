/** The response headers that a page of an allowed origin may read. */
export const exposedHeaders = [
  'x-request-id',
  'www-authenticate',
  'idempotency-replayed',
  'ratelimit-policy',
  'ratelimit',
  'link',
  'retry-after',
];
