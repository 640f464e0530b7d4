import type { ServerResponse } from 'node:http';

/**
 * An error response (RFC 6749, section 5.2). By that section, the description must not contain quotation marks or
 * backslashes.
 */
export interface OAuthError {
  status: number;
  error: string;
  error_description: string;
  headers?: Record<string, string>;
}

/** Creates the error for a request that is rejected before it reaches oidc-provider. */
export const invalidRequest = (
  status: number,
  description: string,
  headers?: Record<string, string>,
): OAuthError => ({ status, error: 'invalid_request', error_description: description, headers });

/** Sends an error in the same format as oidc-provider. */
export function sendError(response: ServerResponse, { status, headers, ...error }: OAuthError): void {
  const body = JSON.stringify(error);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...headers,
    })
    .end(body);
}
