import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.js';

/**
 * Bytes. Body-parser reads what is too large to its end, so that the client surely gets to its answer: closing a
 * connection with unread data resets it (RFC 9112, section 9.6). Beyond this much the gateway does not wait.
 */
const mostRead = 1024 * 1024;

/** Whether a request says that its body is larger than the gateway would read. */
export const announcesTooMuch = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length']) > mostRead;

/**
 * A body parser that reads no more than 1 MB: what is larger gets its answer at once, and the connection is cut
 * after it. Passes on AppError PAYLOAD_TOO_LARGE then, and whatever the parser finds otherwise.
 */
export function boundedBody(parser: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (announcesTooMuch(request)) {
      refuse(request, response, next);
      return;
    }
    let arrived = 0;
    let done = false;
    const count = (chunk: Buffer) => {
      arrived += chunk.length;
      if (arrived > mostRead) finish(() => refuse(request, response, next));
    };
    // The parser reports once more, when the connection is cut.
    const finish = (report: () => void) => {
      if (done) return;
      done = true;
      request.off('data', count);
      report();
    };
    parser(request, response, (error?: unknown) => finish(() => next(error)));
    // A body that has a length is no longer than that. Where there is nothing to read the parser is done by now.
    if (!done && request.headers['content-length'] === undefined) request.on('data', count);
  };
}

/** Milliseconds between the last byte of the answer and the cut. */
const lingering = 1_000;

function refuse(request: Request, response: Response, next: (error: unknown) => void): void {
  leaveUnread(request, response);
  next(new AppError('PAYLOAD_TOO_LARGE'));
}

/** Has the connection end with an answer that is given before all of the request is there. */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  request.unpipe();
  // Of a request that nothing has read from, node would read the rest once it is answered.
  request.read(0);
  request.pause();
  // A client that writes when the connection is reset may lose what it has not read yet. So the gateway only ends
  // its own side at first; what the client sends on stays where it is (RFC 9112, section 9.6).
  socket.destroySoon = () => {
    const timer = setTimeout(() => socket.destroy(), lingering);
    socket.once('close', () => clearTimeout(timer)).end();
  };
  response.setHeader('connection', 'close');
}
