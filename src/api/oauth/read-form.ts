import type { IncomingMessage, ServerResponse } from 'node:http';
import { leaveUnread } from '../../platform/http/body-limit.js';
import { invalidRequest, type OAuthError } from './error-response.js';

/** The longest form in bytes. Its longest parameter is an access token, which has one or two thousand. */
const maxBytes = 16 * 1024;
/**
 * The most parameters of a form. Six are known, and Node's parser takes milliseconds for a thousand that are badly
 * encoded.
 */
const maxParameters = 50;

const tooLarge = invalidRequest(413, 'the request body exceeds the limit of 16 kB');
const tooManyParameters = invalidRequest(400, `the request body has more than ${maxParameters} parameters`);

/**
 * Reads the form in the body of a request before oidc-provider does, which would accept a larger one.
 * @param done is called with the error to answer with, or with nothing when the provider can go on. It is not called
 *   when the client closes the connection first
 */
export function readForm(
  request: IncomingMessage,
  response: ServerResponse,
  done: (error?: OAuthError) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const refuse = () => {
    request.off('data', take).off('end', end);
    leaveUnread(request, response);
    done(tooLarge);
  };
  const take = (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > maxBytes) refuse();
  };
  const end = () => {
    const body = Buffer.concat(chunks);
    // The provider would refuse the content type of an empty body.
    if (length === 0) delete request.headers['content-type'];
    if (parametersIn(body) > maxParameters) {
      done(tooManyParameters);
    } else {
      makeReadable(request, body);
      done();
    }
  };
  if (Number(request.headers['content-length']) > maxBytes) refuse();
  else request.on('data', take).on('end', end);
}

const ampersand = '&'.charCodeAt(0);

function parametersIn(body: Buffer): number {
  let count = 1;
  for (const byte of body) if (byte === ampersand) count += 1;
  return count;
}

/** Hands the body on as a stream that has not been read yet, in the form in which oidc-provider reads one. */
function makeReadable(request: IncomingMessage, body: Buffer): void {
  Object.defineProperties(request, {
    readable: { value: true },
    iterator: {
      value: async function* () {
        yield body;
      },
    },
  });
}
