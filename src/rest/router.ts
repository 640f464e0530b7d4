import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { AppError } from '../errors.js';
import { requireSingleHeaders } from '../http/single-headers.js';
import { prefersProblem, requireAcceptable } from './accept.js';
import { readBody } from './body.js';
import { errorEnvelope, problemDetails, successEnvelope } from './envelope.js';
import { routes } from './routes.js';

/** Runs a route's operation as the request's caller. @throws AppError */
export type ExecuteRoute = <Data, Variables extends Record<string, unknown>>(
  request: Request,
  operation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<Data>;

/** The REST calls: reads the request, has its operation executed, shapes the answer. */
export function createRestRouter(execute: ExecuteRoute): Router {
  const router = Router();
  router.use(requireSingleHeaders);
  for (const { method, path, operation, variables, message, data, secret } of routes) {
    router.all(path, async (request, response) => {
      if (request.method !== method) {
        throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: method } });
      }
      response.vary('accept');
      requireAcceptable(request);
      const body = await readBody(request, response);
      const result = await execute(request, operation, variables(body));
      if (secret) response.set('cache-control', 'no-store');
      response.json(successEnvelope(message, data(result), new Date()));
    });
  }
  router.use(() => {
    throw new AppError('NOT_FOUND');
  });
  return router;
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
