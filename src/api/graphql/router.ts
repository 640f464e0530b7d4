import { isUtf8 } from 'node:buffer';
import type { ApolloServer } from '@apollo/server';
import { json, type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { Context } from '../../platform/context.js';
import type { AppError } from '../../platform/errors.js';
import { limitBody } from '../../platform/http/body-limit.js';
import { requireSingleHeaders } from '../../platform/http/single-headers.js';
import { passToApollo } from './apollo-handler.js';
import { checkHead } from './check-request.js';
import { readParameters } from './parameters.js';
import { toRequestError } from './request-error.js';

/**
 * Creates the router of `POST /graphql`, and of `GET /graphql` for queries.
 * @param admit may reject a request before any other check
 */
export function createGraphqlRouter(
  server: ApolloServer<Context>,
  admit: RequestHandler[],
  createContext: (request: Request) => Promise<Context>,
  toAppError: (error: unknown, request: Request) => AppError,
): Router {
  const router = Router();
  router.use(admit);
  router.use(requireSingleHeaders);
  router.use(before(checkHead));
  // With `strict`, body-parser would report a body such as null as invalid JSON.
  router.use(limitBody(json({ limit: '100kb', strict: false, verify: requireUtf8 })));
  router.use(before(readParameters));
  router.use(
    passToApollo(server, (request) =>
      createContext(request).catch((error) => {
        const { requestId } = request;
        const requestError = toRequestError(toAppError(error, request));
        Object.assign(requestError.extensions, { requestId });
        throw requestError;
      }),
    ),
  );
  router.use((thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const error = toAppError(thrown, request);
    const { message, extensions } = error;
    response
      .status(error.status)
      .set(error.headers)
      .json({ errors: [{ message, extensions: { ...extensions, requestId: request.requestId } }] });
  });
  return router;
}

const before =
  (check: (request: Request) => void) => (request: Request, _response: Response, next: NextFunction) => {
    check(request);
    next();
  };

/**
 * Rejects invalid UTF-8. body-parser would replace the invalid bytes, and the gateway would store names with the
 * replacements.
 */
function requireUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error('The body is not UTF-8');
}
