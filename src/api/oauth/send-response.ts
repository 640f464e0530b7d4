import type { ServerResponse } from 'node:http';
import type { OAuthError } from './oauth-error.js';

/** No cache may store a response about a token (RFC 6749, section 5.1). */
const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };

/**
 * Sends an error. RFC 6749, section 5.2, requires a challenge if the client used the Authorization header, and allows
 * it otherwise.
 * @param challenge the WWW-Authenticate header of a response with the status 401
 */
export function sendError(
  response: ServerResponse,
  { status, code, description, extras }: OAuthError,
  challenge = '',
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(
    response,
    status,
    { error: code, error_description: description },
    { ...extras.headers, ...(status === 401 && { 'www-authenticate': challenge }) },
  );
}

/** Sends a response with a body. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers?: Record<string, string>,
): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...noStore,
      ...headers,
    })
    .end(text);
}

/** Sends a successful response without a body. */
export function sendEmpty(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 0, ...noStore }).end();
}
