import type { Request } from 'express';
import { z } from 'zod';
import { AppError, invalidField } from '../../platform/errors.js';
import { isJson } from '../../platform/http/media-type.js';
import { checkInput } from '../../platform/input-rules.js';

/**
 * Checks the method and the headers before the body is read.
 * @throws AppError METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE or BAD_USER_INPUT
 */
export function checkHead(request: Request): void {
  const check = heads[request.method];
  if (!check) throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: 'GET, POST' } });
  if (!request.accepts(mediaTypes)) throw new AppError('NOT_ACCEPTABLE', { message: notAcceptable });
  check(request);
}

const mediaTypes = ['application/json', 'application/graphql-response+json'];
const notAcceptable = `The response is ${mediaTypes.join(' or ')}, but the accept header allows neither`;

/**
 * The check of each method protects against cross-site request forgery (CSRF). A page of another site can make a
 * visitor's browser send a form or follow a link. It cannot send JSON or a custom header without a preflight request.
 * Apollo repeats this check, but its error response has no request ID.
 */
const heads: Record<string, (request: Request) => void> = {
  POST: (request) => {
    if (!isJson(request)) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  },
  GET: (request) => {
    const header = preflightHeaders.some((name) => request.get(name));
    if (!header && !isJson(request)) throw new AppError('BAD_USER_INPUT', { message: forged });
  },
};

const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name'];
const forged = `A GET request needs a header such as ${preflightHeaders[0]}: true, as a protection against cross-site request forgery (CSRF)`;

const text = z.string('must be a string');
const record = z.custom<object | null>(
  (value) => typeof value === 'object' && !Array.isArray(value),
  'must be an object',
);

/**
 * The parameters of a request (GraphQL over HTTP, section 5.1). A persisted query has a hash instead of `query`. It
 * passes this check, and Apollo rejects it.
 */
const parameters = z
  .object({
    query: text.optional(),
    operationName: text.nullish(),
    variables: record.optional(),
    extensions: record.optional(),
  })
  .refine(({ query, extensions }) => query || Object.hasOwn(extensions ?? {}, 'persistedQuery'), {
    path: ['query'],
    error: 'is required',
  });

/**
 * Checks that the parameters are those of GraphQL over HTTP.
 * @throws AppError BAD_USER_INPUT
 */
export function checkParameters({ method, body, query }: Request): void {
  if (method === 'GET') checkInput(parameters, fromUrl(query));
  else if (typeof body !== 'object' || body === null) throw invalidField('body', 'must be a JSON object');
  else if (Array.isArray(body))
    throw invalidField('body', 'must be a single JSON object; batching is not supported');
  else checkInput(parameters, body);
}

const fromUrl = (query: Request['query']) => ({
  ...query,
  variables: fromJson('variables', query.variables),
  extensions: fromJson('extensions', query.extensions),
});

function fromJson(field: string, value: unknown): unknown {
  if (value === undefined) return undefined;
  const parsed = parse(field, String(value));
  // JSON null is valid in a body, but Apollo rejects it in a URL.
  if (parsed === null) throw invalidField(field, 'must be an object');
  return parsed;
}

function parse(field: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalidField(field, 'must be valid JSON');
  }
}
