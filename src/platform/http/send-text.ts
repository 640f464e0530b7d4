import type { ServerResponse } from 'node:http';

/**
 * Sends the body of a response whose other headers are set. Node writes the headers and a text together. Express would
 * convert a long text to a buffer, which Node writes separately.
 */
export function sendText(response: ServerResponse, text: string): void {
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
