import type { ServerResponse } from 'node:http';

/**
 * An error response (RFC 6749, section 5.2). That section also says which characters its description may have:
 * quotation marks and backslashes are not among them.
 */
export interface OAuthError {
  status: number;
  error: string;
  error_description: string;
  headers?: Record<string, string>;
}

/** Describes a request that is refused before the provider sees it. */
export const invalidRequest = (
  status: number,
  description: string,
  headers?: Record<string, string>,
): OAuthError => ({ status, error: 'invalid_request', error_description: description, headers });

/** Sends an error in the same form as those of the provider. */
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
