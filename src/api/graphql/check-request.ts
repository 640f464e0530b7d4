import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';
import { AppError } from '../../platform/errors.js';
import { isJson } from '../../platform/http/media-type.js';
import { remember } from '../../platform/http/remember.js';

/**
 * Checks the method and the headers before the body is read.
 * @throws AppError METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE or BAD_USER_INPUT
 */
export function checkHead(request: IncomingMessage): void {
  const check = heads[request.method ?? ''];
  if (!check) throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: 'GET, POST' } });
  if (!isAcceptable(request.headers.accept ?? '*/*'))
    throw new AppError('NOT_ACCEPTABLE', { message: notAcceptable });
  check(request);
}

const mediaTypes = ['application/json', 'application/graphql-response+json'];
const isAcceptable = remember(
  (accept) => accepts({ headers: { accept } } as IncomingMessage).types(mediaTypes) !== false,
);
const notAcceptable = `The response is ${mediaTypes.join(' or ')}, but the accept header allows neither`;

/**
 * The check of each method protects against cross-site request forgery (CSRF). A page of another site can make a
 * visitor's browser send a form or follow a link. It cannot send JSON or a custom header without a preflight request.
 */
const heads: Record<string, (request: IncomingMessage) => void> = {
  POST: (request) => {
    if (!isJson(request)) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  },
  GET: (request) => {
    if (!isPreflighted(request) && !isJson(request))
      throw new AppError('BAD_USER_INPUT', { message: forged });
  },
};

/** The headers that a page of another site cannot send without a preflight request. */
const customHeaders = [
  'x-tenantid',
  'realmname',
  'idempotency-key',
  'apollo-require-preflight',
  'x-apollo-operation-name',
];

/**
 * The header names for Apollo Server, which repeats the check for GET requests. Apollo accepts any authorization, so
 * `isPreflighted` must run before it.
 */
export const csrfHeaders = ['authorization', ...customHeaders];

/**
 * Returns whether a request has a header that proves that it is not forged. A browser by itself can add credentials
 * that it remembers for a site (Basic, Digest, Negotiate), but never a bearer token.
 */
const isPreflighted = ({ headers }: IncomingMessage): boolean =>
  customHeaders.some((name) => headers[name]) || /^bearer +\S/i.test(headers.authorization ?? '');

const forged =
  'A GET request needs a bearer token in the authorization header, or a header such as x-tenantid or apollo-require-preflight: true, as a protection against cross-site request forgery (CSRF)';
