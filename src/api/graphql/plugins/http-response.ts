import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Context } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';

/** Keeps answers out of caches: each is for its caller alone, and some have a secret in them. */
export const forbidStoring: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response }) => {
      response.http.headers.set('cache-control', 'no-store');
    },
  }),
};

/**
 * Answers 200 for a document that cannot be run to a client that names application/json, and not
 * application/graphql-response+json: it looks at the errors, and takes another status for one of the proxies in
 * between (GraphQL over HTTP, section 6.4.1). Over a limit the document was not looked at, and the 400 stays.
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
 * Says when to ask again where part of an answer could not be had for now. An answer without any part becomes a
 * request error: without `data` it has a status of its own (GraphQL over HTTP, section 6.4.2), so that proxies and
 * clients that know nothing of GraphQL see the 503, too.
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
