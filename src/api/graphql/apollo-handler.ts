import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Context } from '../../platform/context.js';
import { sendText } from '../../platform/http/send-text.js';

/**
 * Passes a request to Apollo Server, and sends its response.
 * @param parameters the query of the URL and the body
 * @param createContext may reject with a GraphQLError, which Apollo sends
 */
export async function passToApollo(
  server: ApolloServer<Context>,
  { method = '', headers }: IncomingMessage,
  parameters: { search: string; body: unknown },
  createContext: () => Promise<Context>,
  response: ServerResponse,
): Promise<void> {
  const given = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) given.set(name, Array.isArray(value) ? value.join(', ') : value);
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers: given, ...parameters },
    context: createContext,
  });
  // The gateway has no operations with several results, such as subscriptions.
  if (answer.body.kind !== 'complete') throw new Error('The response has several parts');
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  sendText(response, answer.body.string);
}
