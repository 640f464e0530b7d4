import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { AppError } from '../../platform/errors.js';
import { requireSingleHeaders } from '../../platform/http/single-headers.js';
import { prefersProblem, requireAcceptable } from './accept.js';
import { readBody } from './body.js';
import { queryOf, toCall } from './call.js';
import { errorEnvelope, problemDetails, successEnvelope } from './envelope.js';
import { OpenStreams } from './open-streams.js';
import { routes } from './routes.js';
import { answerInParts } from './stream.js';

/**
 * Runs an operation.
 * @param variables reads them; what it throws is told to who may run the operation
 * @throws AppError
 */
export type Execute = <Data, Variables extends Record<string, unknown>>(
  operation: TypedDocumentNode<Data, Variables>,
  variables: () => Variables,
) => Promise<Data>;

/** A request's caller, whose token is looked at once. */
export interface Session {
  execute: Execute;
  /** Tells callers apart. @throws AppError UNAUTHENTICATED */
  caller: () => Promise<string>;
}

export type BeginSession = (request: Request) => Session;

/**
 * The REST calls: reads the request, has its operation executed, shapes the answer.
 * @param publicUrl what links begin with; without it they are relative
 */
export function createRestRouter(begin: BeginSession, publicUrl = ''): Router {
  const router = Router();
  const streams = new OpenStreams();
  router.use(requireSingleHeaders);
  for (const path of [...new Set(routes.map((row) => row.path))].sort(literalFirst)) {
    const rows = routes.filter((row) => row.path === path);
    router.all(path, (request, response) => answer({ begin, rows, streams, publicUrl }, request, response));
  }
  router.use(() => {
    throw new AppError('NOT_FOUND');
  });
  return router;
}

/** `/bulk/disable` before `/:id/disable`, which it would fit, too. */
const literalFirst = (one: string, other: string) => one.split(':').length - other.split(':').length;

type Row = (typeof routes)[number];

interface Resource {
  begin: BeginSession;
  rows: Row[];
  streams: OpenStreams;
  publicUrl: string;
}

async function answer(resource: Resource, request: Request, response: Response) {
  const { begin, rows, streams, publicUrl } = resource;
  const row = rowFor(request, rows);
  response.vary('accept');
  requireAcceptable(request, row.stream);
  const body = await readBody(request, response);
  const call = () => toCall(request, body);
  const { execute, caller } = begin(request);
  if (row.stream) {
    const end = streams.begin(await caller());
    await answerInParts(row, execute, call, request, response).finally(end);
    return;
  }
  const { operation, variables, message, data, page, secret } = row;
  const result = await execute(operation, () => variables(call()));
  if (secret) response.set('cache-control', 'no-store');
  const list = page?.(result);
  if (list?.next) response.set('link', `<${publicUrl}${nextPage(request, list.next)}>; rel="next"`);
  response.json(successEnvelope(message, data(result), new Date(), list));
}

/** HEAD is GET without a body (RFC 9110, section 9.3.2), which Express leaves out. */
function rowFor({ method }: Request, rows: Row[]): Row {
  const row = rows.find((one) => one.method === (method === 'HEAD' ? 'GET' : method));
  if (row) return row;
  const allowed = rows.flatMap((one) => (one.method === 'GET' ? ['GET', 'HEAD'] : one.method));
  throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: allowed.join(', ') } });
}

/** The same list from there on (RFC 8288). Nothing of it is made of the host that a request names. */
function nextPage(request: Request, next: string): string {
  const query = queryOf(request);
  query.set('after', next);
  return `${request.path}?${query}`;
}

/** Answers every error in the envelope, or as problem details to who prefers them. */
export function createErrorHandler(toAppError: (error: unknown, request: Request) => AppError) {
  return (thrown: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = toAppError(thrown, request);
    response.status(error.status).set(error.headers);
    const { requestId } = request;
    if (prefersProblem(request)) {
      response
        .type('application/problem+json')
        .send(JSON.stringify(problemDetails(error, requestId, new Date())));
    } else {
      response.json(errorEnvelope(error, requestId, new Date()));
    }
  };
}
