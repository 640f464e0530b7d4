import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

/**
 * `GET /metrics`, and nothing else, in Prometheus's text format.
 * @param token asked for as a bearer token; without one the page is open
 */
export function createPage(registry: Registry, token: string | undefined, log: Logger): RequestListener {
  const allows = token === undefined ? () => true : bearerOf(token);
  return async ({ method = '', url = '', headers }, response) => {
    if (url.split('?', 1)[0] !== '/metrics') return refuse(response, 404);
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' });
    if (!allows(headers.authorization)) return refuse(response, 401, { 'www-authenticate': 'Bearer' });
    try {
      const text = await registry.metrics();
      answer(response, 200, text, { 'content-type': registry.contentType });
    } catch (error) {
      log.error({ err: error }, 'the metrics could not be collected');
      refuse(response, 500);
    }
  };
}

/** RFC 9110, section 11.1: the scheme in any case. Hashes have one length, and tell nothing by the time it takes. */
function bearerOf(token: string) {
  const expected = digest(token);
  return (header = ''): boolean => {
    const [, given = ''] = /^bearer +(\S+)$/i.exec(header) ?? [];
    return timingSafeEqual(digest(given), expected);
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

const reasons = {
  401: 'This takes the token of METRICS_TOKEN',
  404: 'There are metrics here, at /metrics, and nothing else',
  405: 'This is only read',
  500: 'The metrics could not be collected',
};

function refuse(response: ServerResponse, status: keyof typeof reasons, headers = {}): void {
  answer(response, status, `${reasons[status]}\n`, {
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
