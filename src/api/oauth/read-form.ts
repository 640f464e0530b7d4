import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { leaveUnread } from '../../platform/http/body-limit.js';
import { isForm } from '../../platform/http/media-type.js';
import { findEncodingFault } from '../../platform/http/query-string.js';
import { invalidRequest, type OAuthError } from './error-response.js';

/** The maximum size of a form in bytes. The longest parameter is an access token of one or two thousand bytes. */
const maxBytes = 16 * 1024;
/**
 * The maximum number of parameters of a form. Only six are known, and Node's parser takes milliseconds for a thousand
 * badly encoded parameters.
 */
const maxParameters = 50;

const noForm = invalidRequest(
  400,
  'the request body must be a form in UTF-8; send content-type: application/x-www-form-urlencoded',
);
const tooLarge = invalidRequest(413, 'the request body exceeds the limit of 16 kB');
const notUtf8 = invalidRequest(400, 'the request body must be encoded in UTF-8');
const noMark = invalidRequest(400, 'the request body must not begin with a byte order mark');
const tooManyParameters = invalidRequest(400, `the request body has more than ${maxParameters} parameters`);

/**
 * Reads the form in the body of a request before oidc-provider does, because oidc-provider would accept a larger form.
 * @returns the form if oidc-provider can handle the request, otherwise the error to send. The promise remains pending
 *   if the client closes the connection first.
 */
export function readForm(request: IncomingMessage, response: ServerResponse): Promise<Buffer | OAuthError> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      request.off('data', take).off('end', end);
      leaveUnread(request, response);
      resolve(tooLarge);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) refuse();
    };
    const end = () => resolve(checkForm(request, Buffer.concat(chunks)));
    if (Number(request.headers['content-length']) > maxBytes) refuse();
    else request.on('data', take).on('end', end);
  });
}

/** Checks a form and prepares its request for oidc-provider. @returns the form, or the error to send */
function checkForm(request: IncomingMessage, body: Buffer): Buffer | OAuthError {
  // Without a content type, oidc-provider would ignore the body and report the parameters as missing.
  if (body.length > 0 && !isForm(request)) return noForm;
  if (body.subarray(0, byteOrderMark.length).equals(byteOrderMark)) return noMark;
  if (parametersIn(body) > maxParameters) return tooManyParameters;
  const encodingFault = encodingError(body);
  if (encodingFault) return encodingFault;
  // oidc-provider would reject the content type of an empty body. It takes no other encoding from that of a form, so
  // that it and the limits (admission.ts) read the same parameters.
  if (body.length === 0) delete request.headers['content-type'];
  else request.headers['content-type'] = 'application/x-www-form-urlencoded';
  makeReadable(request, body);
  return body;
}

/** Returns the error for a form that is not UTF-8. oidc-provider would replace the invalid bytes. */
function encodingError(body: Buffer): OAuthError | undefined {
  if (!isUtf8(body)) return notUtf8;
  const fault = findEncodingFault(body.toString());
  return fault && invalidRequest(400, `the parameter ${fault.join(' ')}`);
}

const byteOrderMark = Buffer.from('\ufeff');
const ampersand = '&'.charCodeAt(0);

function parametersIn(body: Buffer): number {
  let count = 1;
  for (const byte of body) if (byte === ampersand) count += 1;
  return count;
}

/** Provides the body as an unread stream, in the form in which oidc-provider reads one. */
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
