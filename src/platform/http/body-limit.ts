import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors.js';

/**
 * The maximum number of bytes that are read from a body. body-parser reads a body that is too large to its end, so that
 * the client receives the response: closing a connection with unread data resets it (RFC 9112, section 9.6). This
 * limits how much the gateway reads for that purpose.
 */
const maxBytesRead = 1024 * 1024;

/** The number of milliseconds between the last byte of the response and the end of a connection with an unread body. */
const lingerMs = 1_000;

const announcesTooMuch = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length']) > maxBytesRead;

/** A parser for bodies, as Express uses them. */
type Parser = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * Wraps a body parser so that it reads at most 1 MB. A larger body gets a response immediately, and the connection is
 * cut after it.
 * @returns a function that rejects with an AppError PAYLOAD_TOO_LARGE or with the error of the parser
 */
export function limitBody(parser: Parser) {
  return (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    new Promise((resolve, reject) => {
      if (announcesTooMuch(request)) {
        reject(refuse(request, response));
        return;
      }
      let bytesRead = 0;
      let done = false;
      const count = (chunk: Buffer) => {
        bytesRead += chunk.length;
        if (bytesRead > maxBytesRead) finish(refuse(request, response));
      };
      const finish = (error?: unknown) => {
        done = true;
        request.off('data', count);
        if (error) reject(error);
        else resolve();
      };
      parser(request, response, finish);
      // A body with a content-length cannot be longer than that length. A request without a body is done at this point.
      if (!done && request.headers['content-length'] === undefined) request.on('data', count);
    });
}

/**
 * Limits the body of a request whose response is sent before any handler reads it, for example because its path does
 * not exist. The connection ends when the client has sent 1 MB after the response. Node itself would read and discard a
 * body of any length, so that the connection can be used again.
 */
export function limitUnread(request: IncomingMessage, response: ServerResponse): void {
  if (announcesTooMuch(request)) {
    leaveUnread(request, response);
    return;
  }
  // Node decides with its own listener, which is the first one, whether to read the rest.
  response.prependOnceListener('finish', () => {
    if (request.complete || request.readableFlowing !== null) return;
    request.read(0);
    let bytesRead = 0;
    request.on('data', (chunk: Buffer) => {
      bytesRead += chunk.length;
      if (bytesRead <= maxBytesRead) return;
      request.pause();
      endSoon(request.socket);
    });
  });
}

/**
 * Handles clients that wait for permission to send the body (expect: 100-continue). A client that announces a body
 * above the limit receives the response instead, and the connection ends with it (RFC 9110, section 10.1.1).
 */
export function continueWithinLimit(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (announcesTooMuch(request)) response.setHeader('connection', 'close');
    else response.writeContinue();
    server.emit('request', request, response);
  });
}

function refuse(request: IncomingMessage, response: ServerResponse): AppError {
  leaveUnread(request, response);
  return new AppError('PAYLOAD_TOO_LARGE');
}

/** Ends the connection after a response that is sent before the complete request has arrived. */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  request.unpipe();
  // After a response, Node reads the rest of a request if no handler has begun to read it. read(0) counts as reading.
  request.read(0);
  request.pause();
  socket.destroySoon = () => endSoon(socket);
  response.setHeader('connection', 'close');
}

/**
 * Ends a connection. If it is reset while the client still writes, the client may lose a response that it has not read
 * yet. So the gateway first closes only its own side, and does not read what the client continues to send (RFC 9112,
 * section 9.6).
 */
function endSoon(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer)).end();
}
