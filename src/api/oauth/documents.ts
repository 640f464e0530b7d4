import { hash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import fresh from 'fresh';

/**
 * The number of seconds for which clients may cache a document. A key is published for longer than that before it
 * signs.
 */
const documentMaxAge = 300;

/**
 * Responds with a public document as JSON. A client that has the current document gets 304 (RFC 9110, section 13.1.2).
 * @param read returns the current document, which is written again only when it is another object
 */
export function serveDocument(read: () => object, type = 'application/json'): RequestListener {
  let written: { document: object; text: string; etag: string } | undefined;
  return (request, response) => {
    const document = read();
    if (written?.document !== document) {
      const text = JSON.stringify(document);
      written = { document, text, etag: `"${hash('sha256', text, 'base64url')}"` };
    }
    const { text, etag } = written;
    const headers = { etag, 'cache-control': `public, max-age=${documentMaxAge}` };
    // Clients that use the Fetch API send cache-control: no-cache with each if-none-match.
    if (fresh({ 'if-none-match': request.headers['if-none-match'] }, headers))
      response.writeHead(304, headers).end();
    else {
      response
        .writeHead(200, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(text) })
        .end(text);
    }
  };
}
