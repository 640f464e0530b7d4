import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Request, RequestHandler } from 'express';
import type { Context } from '../../platform/context.js';
import { queryOf } from '../../platform/http/query-string.js';
import { sendText } from '../../platform/http/send-text.js';

/**
 * Creates the handler that passes requests to Apollo Server.
 * @param createContext may reject with a GraphQLError, which Apollo sends
 */
export const passToApollo =
  (server: ApolloServer<Context>, createContext: (request: Request) => Promise<Context>): RequestHandler =>
  async (request, response) => {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    const { method, url, body } = request;
    const query = queryOf(url);
    const answer = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers, search: query && `?${query}`, body },
      context: () => createContext(request),
    });
    // The gateway has no operations with several results, such as subscriptions.
    if (answer.body.kind !== 'complete') throw new Error('The response has several parts');
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.statusCode = answer.status ?? 200;
    sendText(response, answer.body.string);
  };
