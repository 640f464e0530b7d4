import type { IncomingMessage, RequestListener } from 'node:http';
import { allowOrigins } from '../cors.js';
import { createHandler, type Handler, type HandlerParts } from './handler.js';

export interface GraphqlEndpoint {
  /** Returns whether `handle` can handle a request without Express, whose layers would cost more time. */
  owns(request: IncomingMessage): boolean;
  handle: RequestListener;
  /** Handles a request that has passed through Express. */
  answer: Handler;
}

/**
 * Creates the endpoint for operations. Requests with another method or another spelling of the path pass through
 * Express, where the page for browsers and the preflight requests of CORS are.
 */
export function createGraphqlEndpoint(
  { graphqlIde, corsOrigins }: { graphqlIde: boolean; corsOrigins: string[] },
  parts: HandlerParts,
): GraphqlEndpoint {
  const answer = createHandler(parts);
  const allow = allowOrigins(corsOrigins);
  return {
    owns: ({ method, url = '' }) => method === 'POST' && /^\/graphql(\?|$)/.test(url),
    handle: (request, response) => {
      // With another method or accept header, the response can be the page.
      if (graphqlIde) response.setHeader('vary', 'accept');
      allow(request, response, () => answer(request, response));
    },
    answer,
  };
}
