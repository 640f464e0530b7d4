import { type Request, type Response, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { type CreateContext, callerKey } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { readBody } from '../../platform/http/json-body.js';
import { queryOf } from '../../platform/http/query-string.js';
import { sendText } from '../../platform/http/send-text.js';
import { requireSingleHeaders } from '../../platform/http/single-headers.js';
import type { Execute } from '../graphql/execute.js';
import { requireAcceptable } from './accept.js';
import { type CompiledRoute, compileRoute } from './compile-route.js';
import { successEnvelope } from './envelope.js';
import { nameParameter } from './name-parameter.js';
import { toCall } from './read-variables.js';
import { routes } from './routes.js';
import { OpenStreams, streamFile } from './stream.js';

export interface RestDependencies {
  schema: GraphQLSchema;
  execute: Execute;
  createContext: CreateContext;
  /** The beginning of links. If undefined, links are relative. */
  publicUrl?: string;
}

/**
 * Creates the router of the REST API. Each endpoint runs the GraphQL operation of its route against the guarded schema.
 * @throws Error if a route does not match its operation
 */
export function createRestRouter({ schema, ...dependencies }: RestDependencies): Router {
  const router = Router();
  const streams = new OpenStreams();
  const compiled = routes.map((row) => compileRoute(row, schema));
  router.use(requireSingleHeaders);
  for (const path of [...new Set(routes.map((row) => row.path))].sort(literalFirst)) {
    const atPath = compiled.filter(({ row }) => row.path === path);
    router.all(path, (request, response) =>
      answer(routeFor(request, atPath), { ...dependencies, streams }, request, response),
    );
  }
  router.use(() => {
    throw new AppError('NOT_FOUND');
  });
  return router;
}

/** Sorts `/bulk/disable` before `/:id/disable`, which would match it too. */
const literalFirst = (one: string, other: string) => one.split(':').length - other.split(':').length;

/** HEAD is GET without a body (RFC 9110, section 9.3.2). Express omits the body. */
function routeFor({ method }: Request, atPath: CompiledRoute[]): CompiledRoute {
  const route = atPath.find(({ row }) => row.method === (method === 'HEAD' ? 'GET' : method));
  if (route) return route;
  const allowed = atPath.flatMap(({ row }) => (row.method === 'GET' ? ['GET', 'HEAD'] : row.method));
  throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: allowed.join(', ') } });
}

interface Resources extends Omit<RestDependencies, 'schema'> {
  streams: OpenStreams;
}

/** Handles a request: reads it, runs the operation of its route, and shapes the result. */
async function answer(
  { row, parameters, readVariables, answer: { shape, hasSecret } }: CompiledRoute,
  { execute, createContext, publicUrl = '', streams }: Resources,
  request: Request,
  response: Response,
): Promise<void> {
  response.vary('accept');
  requireAcceptable(request, row.stream);
  const body = await readBody(request, response);
  const context = createContext(request, response);
  const variables = () => readVariables(toCall(request, body));
  const run = async (current: typeof context, variablesOf: typeof variables) => {
    try {
      return shape(await execute(current, row.operation, variablesOf));
    } catch (error) {
      throw nameParameter(error, parameters);
    }
  };
  if (row.stream) {
    const end = streams.begin(callerKey(await context));
    await streamFile(row.stream, context, run, variables, response).finally(end);
    return;
  }
  const { data, page } = await run(context, variables);
  if (hasSecret) response.set('cache-control', 'no-store');
  if (page?.next) response.set('link', `<${publicUrl}${nextPage(request, page.next)}>; rel="next"`);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  sendText(response, JSON.stringify(successEnvelope(row.message, data, new Date(), page)));
}

/** Returns a link to the next page of the list (RFC 8288). The link never contains the host that the request names. */
function nextPage(request: Request, next: string): string {
  const query = new URLSearchParams(queryOf(request.originalUrl));
  query.set('after', next);
  return `${request.path}?${query}`;
}
