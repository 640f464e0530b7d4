import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Context } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';

/**
 * A client that names application/json, and not application/graphql-response+json, knows a document that
 * cannot be run by its errors; a status other than 200 is to it one of the proxies in between (GraphQL over HTTP,
 * section 6.4.1). Over a limit nothing was looked at, which is no answer to the document.
 */
export const tellLegacyClients: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { body, http } }) => {
      if (http.status !== 400 || body.kind !== 'single' || isOverLimit(body.singleResult.errors)) return;
      if (isLegacy(request.http?.headers.get('accept'))) http.status = 200;
    },
  }),
};

const isLegacy = (accept = '') =>
  /\bapplication\/json\b/i.test(accept) && !/\bapplication\/graphql-response\+json\b/i.test(accept);

const isOverLimit = (errors: readonly GraphQLFormattedError[] = []) =>
  errors.some(({ extensions }) => Object.hasOwn(Object(extensions?.details), 'maximum'));

/**
 * An answer in which something could not be had for now says when to ask again. Where that is all there is, it
 * is no answer: without `data` it is a request error, which has a status of its own (GraphQL over HTTP, section
 * 6.4.2), so that proxies and clients who know nothing of GraphQL see the 503, too.
 */
export const tellUnavailable: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response: { body, http } }) => {
      if (body.kind !== 'single') return;
      const { errors = [], data } = body.singleResult;
      const unavailable = errors.filter(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE');
      if (unavailable.length === 0) return;
      const { status, headers } = new AppError('SERVICE_UNAVAILABLE');
      for (const [name, value] of Object.entries(headers)) http.headers.set(name, value);
      const nothing = Object.values(data ?? {}).every((value) => value === null);
      if (unavailable.length < errors.length || !nothing) return;
      http.status = status;
      delete body.singleResult.data;
    },
  }),
};
