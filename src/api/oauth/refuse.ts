import type { ServerResponse } from 'node:http';

/** What is wrong with a request before the library sees it. */
export interface Fault {
  status: number;
  /** In the characters of RFC 6749, section 5.2. */
  description: string;
  headers?: Record<string, string>;
}

export const refusalCode = 'invalid_request';

/** Answers in the form of every other error (RFC 6749, section 5.2). */
export function refuse(response: ServerResponse, { status, description, headers }: Fault): void {
  const body = JSON.stringify({ error: refusalCode, error_description: description });
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...headers,
    })
    .end(body);
}
