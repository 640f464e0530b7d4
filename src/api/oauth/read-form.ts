import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { leaveUnread } from '../../platform/http/body-limit.js';
import { isForm } from '../../platform/http/media-type.js';
import { findEncodingFault } from '../../platform/http/query-string.js';
import { invalidRequest, type OAuthError } from './oauth-error.js';

/** The parameters of all endpoints. Other parameters are ignored (RFC 6749, section 3.2). */
const parameters = [
  'grant_type',
  'scope',
  'token',
  'token_type_hint',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'actor_token',
  'actor_token_type',
] as const;

/** The parameters of a request. A parameter without a value counts as omitted (RFC 6749, section 3.2). */
export interface Form extends ReadonlyMap<(typeof parameters)[number], string> {
  /** The values of `resource`, which a request may repeat (RFC 8707, section 2). */
  readonly resources: readonly string[];
  /** The values of `audience`, which a token exchange may repeat (RFC 8693, section 2.1). */
  readonly audiences: readonly string[];
}

/** The maximum size of a form in bytes. The longest parameter is a token of one or two thousand bytes. */
const maxBytes = 16 * 1024;
/** The maximum number of parameters of a form. Few are known, and each takes time. */
const maxParameters = 50;
/** The maximum number of values of a parameter that a request may repeat. */
const maxValues = 10;

const tooLarge = () => invalidRequest('the request body exceeds the limit of 16 kB', 413);

/**
 * Reads the form in the body of a request.
 * @returns the form. The promise remains pending if the client closes the connection first.
 * @throws OAuthError invalid_request
 */
export async function readForm(request: IncomingMessage, response: ServerResponse): Promise<Form> {
  const body = await readBody(request, response);
  const text = body.toString();
  const fault = findFault(request, body, text);
  if (fault) throw fault;
  return parse(text);
}

function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      request.off('data', take).off('end', end);
      leaveUnread(request, response);
      reject(tooLarge());
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) refuse();
    };
    const end = () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    if (Number(request.headers['content-length']) > maxBytes) refuse();
    else request.on('data', take).on('end', end);
  });
}

/** Returns the error for a body that is not a form in UTF-8 (RFC 6749, appendix B). */
function findFault(request: IncomingMessage, body: Buffer, text: string): OAuthError | undefined {
  if (body.length > 0 && !isForm(request)) {
    return invalidRequest(
      'the request body must be a form in UTF-8; send content-type: application/x-www-form-urlencoded',
    );
  }
  if (text.startsWith('\ufeff'))
    return invalidRequest('the request body must not begin with a byte order mark');
  if (text.split('&', maxParameters + 1).length > maxParameters)
    return invalidRequest(`the request body has more than ${maxParameters} parameters`);
  if (!isUtf8(body)) return invalidRequest('the request body must be encoded in UTF-8');
  const fault = findEncodingFault(text);
  return fault && invalidRequest(`the parameter ${fault.join(' ')}`);
}

/** @throws OAuthError invalid_request if a parameter is repeated (RFC 6749, section 3.2) */
function parse(text: string): Form {
  const form = new Map<(typeof parameters)[number], string>();
  const given = new URLSearchParams(text);
  const [resources, audiences] = [valuesOf(given, 'resource'), valuesOf(given, 'audience')];
  for (const [name, value] of given) {
    const known = parameters.find((parameter) => parameter === name);
    if (!known) continue;
    if (form.has(known)) throw invalidRequest(`the parameter ${known} must occur only once`);
    form.set(known, value);
  }
  for (const [name, value] of form) if (value === '') form.delete(name);
  return Object.assign(form, { resources, audiences });
}

/** Returns the values of a parameter that may be repeated. @throws OAuthError invalid_request */
function valuesOf(given: URLSearchParams, name: string): string[] {
  const values = given.getAll(name).filter(Boolean);
  if (values.length > maxValues)
    throw invalidRequest(`the parameter ${name} must occur at most ${maxValues} times`);
  return values;
}
