import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

/**
 * Creates the handler of `GET /metrics`, which responds in the text format of Prometheus.
 * @param token the required bearer token; if undefined, no token is required
 */
export function createMetricsPage(
  registry: Registry,
  token: string | undefined,
  log: Logger,
): RequestListener {
  const isAllowed = token === undefined ? () => true : requireBearer(token);
  return async ({ method = '', url = '', headers }, response) => {
    if (url.split('?', 1)[0] !== '/metrics') return refuse(response, 404);
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' });
    if (!isAllowed(headers.authorization)) return refuse(response, 401, { 'www-authenticate': 'Bearer' });
    try {
      const text = await registry.metrics();
      answer(response, 200, text, { 'content-type': registry.contentType });
    } catch (error) {
      log.error({ err: error }, 'Metrics could not be collected');
      refuse(response, 500);
    }
  };
}

/**
 * Creates a check of the authorization header. Its scheme is case-insensitive (RFC 9110, section 11.1). The check
 * compares hashes. They have the same length, so the time of the comparison reveals nothing about the token.
 */
function requireBearer(token: string) {
  const expected = digest(token);
  return (header = ''): boolean => {
    const [, given = ''] = /^bearer +(\S+)$/i.exec(header) ?? [];
    return timingSafeEqual(digest(given), expected);
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

const messages = {
  401: 'Send the value of METRICS_TOKEN as a bearer token',
  404: 'This port serves only /metrics',
  405: 'Use GET or HEAD',
  500: 'The metrics could not be collected; see the log of the gateway',
};

function refuse(response: ServerResponse, status: keyof typeof messages, headers = {}): void {
  answer(response, status, `${messages[status]}\n`, {
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
}

function answer(response: ServerResponse, status: number, text: string, headers: Record<string, string>) {
  response
    .writeHead(status, {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}
