import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { announcesTooMuch } from './read-body.js';

/**
 * Asks clients that wait for it for their bodies, but for one that is larger than would be read: it stays where it
 * is, and the connection ends with the answer (RFC 9110, section 10.1.1).
 */
export function continueUnlessTooMuch(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (announcesTooMuch(request)) response.setHeader('connection', 'close');
    else response.writeContinue();
    server.emit('request', request, response);
  });
}
