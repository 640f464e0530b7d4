import type { ServerResponse } from 'node:http';

/**
 * Sends a JSON text. Node writes the headers and a text together. Express would convert a long text to a buffer, which
 * Node writes separately.
 */
export function sendJsonText(response: ServerResponse, text: string): void {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
