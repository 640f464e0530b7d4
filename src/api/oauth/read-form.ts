import type { IncomingMessage, ServerResponse } from 'node:http';
import { leaveUnread } from '../../platform/http/body-limit.js';
import type { Fault } from './refuse.js';

/** Bytes. A token that is asked about has one or two thousand. */
const mostBytes = 16 * 1024;
/** Those that are known are six. Node's parser takes milliseconds for a thousand that are badly encoded. */
const mostParameters = 50;

const tooLarge: Fault = { status: 413, description: 'the request body may have at most 16 kB' };
const tooMany: Fault = {
  status: 400,
  description: `the request body may have at most ${mostParameters} parameters`,
};

/**
 * Reads the body of a request before the library does, which takes in more of it than any request needs.
 * @param done told what is wrong with it, or nothing: then it is the library's turn. Not told where the client has gone
 */
export function readForm(
  request: IncomingMessage,
  response: ServerResponse,
  done: (fault?: Fault) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const refuseTheRest = () => {
    request.off('data', take).off('end', end);
    leaveUnread(request, response);
    done(tooLarge);
  };
  const take = (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > mostBytes) refuseTheRest();
  };
  const end = () => {
    const body = Buffer.concat(chunks);
    // The library takes the type of nothing for the wrong one.
    if (length === 0) delete request.headers['content-type'];
    if (parametersIn(body) > mostParameters) {
      done(tooMany);
    } else {
      handOn(request, body);
      done();
    }
  };
  if (Number(request.headers['content-length']) > mostBytes) refuseTheRest();
  else request.on('data', take).on('end', end);
}

const ampersand = '&'.charCodeAt(0);

function parametersIn(body: Buffer): number {
  let count = 1;
  for (const byte of body) if (byte === ampersand) count += 1;
  return count;
}

/** The library reads a body in this way, from its beginning. */
function handOn(request: IncomingMessage, body: Buffer): void {
  Object.defineProperties(request, {
    readable: { value: true },
    iterator: {
      value: async function* () {
        yield body;
      },
    },
  });
}
