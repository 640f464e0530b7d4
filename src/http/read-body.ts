import type { IncomingMessage } from 'node:http';
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

function refuse(request: Request, response: Response, next: (error: unknown) => void): void {
  request.unpipe();
  request.pause();
  response.set('connection', 'close');
  next(new AppError('PAYLOAD_TOO_LARGE'));
}
