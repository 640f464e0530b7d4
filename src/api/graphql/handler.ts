import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { json } from 'express';
import type { Context, CreateContext } from '../../platform/context.js';
import type { AppError } from '../../platform/errors.js';
import { limitBody } from '../../platform/http/body-limit.js';
import { sendText } from '../../platform/http/send-text.js';
import { checkSingleHeaders } from '../../platform/http/single-headers.js';
import type { RateLimits } from '../../platform/rate-limits/rate-limits.js';
import { createRequestMetrics } from '../ops/metrics/measure-requests.js';
import type { Metrics } from '../ops/metrics/metrics.js';
import { passToApollo } from './apollo-handler.js';
import { checkHead } from './check-request.js';
import { readParameters } from './parameters.js';
import { toRequestError } from './request-error.js';

export interface HandlerParts {
  apollo: ApolloServer<Context>;
  /** May reject a request before any other check. */
  limits: Pick<RateLimits, 'limitGraphql'>;
  metrics: Pick<Metrics, 'request'>;
  createContext: CreateContext;
  toAppError: (error: unknown, request: IncomingMessage) => AppError;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Creates the handler of `POST /graphql`, and of `GET /graphql` for queries. It never rejects. */
export function createHandler({ apollo, limits, metrics, createContext, toAppError }: HandlerParts): Handler {
  const contextOf: CreateContext = (request, response) =>
    createContext(request, response).catch((error) => {
      const { requestId } = request;
      const requestError = toRequestError(toAppError(error, request));
      Object.assign(requestError.extensions, { requestId });
      throw requestError;
    });
  return async (request, response) => {
    request.metrics = createRequestMetrics('graphql', metrics.request);
    try {
      await limits.limitGraphql(request, response);
      checkSingleHeaders(request);
      checkHead(request);
      await parseBody(request, response);
      const parameters = readParameters(request, (request as { body?: unknown }).body);
      await passToApollo(apollo, request, parameters, () => contextOf(request, response), response);
    } catch (thrown) {
      sendError(response, toAppError(thrown, request), request.requestId);
    }
  };
}

/**
 * Rejects invalid UTF-8. body-parser would replace the invalid bytes, and the gateway would store names with the
 * replacements.
 */
function requireUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error('The body is not UTF-8');
}

// With `strict`, body-parser would report a body such as null as invalid JSON.
const parseBody = limitBody(json({ limit: '100kb', strict: false, verify: requireUtf8 }));

function sendError(response: ServerResponse, error: AppError, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, message, extensions } = error;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  sendText(response, JSON.stringify({ errors: [{ message, extensions: { ...extensions, requestId } }] }));
}
