import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.js';

/**
 * The maximum number of bytes of a body that are read. Body-parser reads a body that is too large to its end, so that
 * the client surely receives the answer: closing a connection with unread data resets it (RFC 9112, section 9.6). The
 * gateway does not wait for more than this.
 */
const maxBytesRead = 1024 * 1024;

/** Milliseconds between the last byte of the answer and the end of a connection whose body was left unread. */
const lingerMs = 1_000;

const announcesTooMuch = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length']) > maxBytesRead;

/**
 * Wraps a body parser so that no more than 1 MB is read: a larger body is answered at once, and its connection is cut
 * after the answer. The next handler then gets an AppError PAYLOAD_TOO_LARGE, and otherwise what the parser reports.
 */
export function limitBody(parser: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (announcesTooMuch(request)) {
      refuse(request, response, next);
      return;
    }
    let bytesRead = 0;
    let done = false;
    const count = (chunk: Buffer) => {
      bytesRead += chunk.length;
      if (bytesRead > maxBytesRead) finish(() => refuse(request, response, next));
    };
    // The parser reports a second time when the connection is cut.
    const finish = (report: () => void) => {
      if (done) return;
      done = true;
      request.off('data', count);
      report();
    };
    parser(request, response, (error?: unknown) => finish(() => next(error)));
    // A body with a content-length cannot be longer than that, and a request without a body is done by now.
    if (!done && request.headers['content-length'] === undefined) request.on('data', count);
  };
}

/**
 * Asks clients that wait for it to send their bodies. A client that announces a larger body than would be read gets its
 * answer instead, and the connection ends with that (RFC 9110, section 10.1.1).
 */
export function continueWithinLimit(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (announcesTooMuch(request)) response.setHeader('connection', 'close');
    else response.writeContinue();
    server.emit('request', request, response);
  });
}

function refuse(request: Request, response: Response, next: (error: unknown) => void): void {
  leaveUnread(request, response);
  next(new AppError('PAYLOAD_TOO_LARGE'));
}

/** Ends the connection after an answer that is given before all of the request has arrived. */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  request.unpipe();
  // Node would read the rest of a request that nobody has read from, once it is answered.
  request.read(0);
  request.pause();
  // A client that is still writing when the connection is reset may lose an answer that it has not read yet. So the
  // gateway ends only its own side at first, and leaves unread what the client goes on to send (RFC 9112, section 9.6).
  socket.destroySoon = () => {
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer)).end();
  };
  response.setHeader('connection', 'close');
}
