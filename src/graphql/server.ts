import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Context } from '../context.js';
import { AppError } from '../errors.js';
import { findVariableFault } from './check-variables.js';
import { limitRules, parseOptions } from './limits.js';
import { logMasked, maskError } from './masking.js';

/** Apollo Server over the guarded schema. */
export function createApolloServer(
  schema: GraphQLSchema,
  { introspection, production }: { introspection: boolean; production: boolean },
  log: Logger,
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: production || !introspection,
    parseOptions,
    validationRules: limitRules,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: maskError,
    // Apollo's own pages load from a CDN: GET /graphql answers browsers with ours.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      checkVariables(schema),
      reportErrors(log),
      tellUnavailable,
    ],
    logger: log,
  });
}

const checkVariables = (schema: GraphQLSchema): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, request: { variables } }) => {
      if (operation?.operation === 'subscription') throw withStatus(noSubscriptions(), 400);
      const fault = operation && findVariableFault(schema, operation, variables ?? {});
      // Nothing has been executed, so that HTTP may say it too (GraphQL over HTTP, section 6.4.1).
      if (fault) throw withStatus(fault, 400);
    },
  }),
});

const noSubscriptions = () => new AppError('BAD_USER_INPUT', { message: 'There are no subscriptions here' });

const withStatus = (error: GraphQLError, status: number) =>
  new GraphQLError(error.message, {
    extensions: { ...error.extensions, http: { status } },
    originalError: error,
  });

/**
 * A client that names application/json, and not application/graphql-response+json, knows a document that
 * cannot be run by its errors; a status other than 200 is to it one of the proxies in between (GraphQL over HTTP,
 * section 6.4.1). Over a limit nothing was looked at, which is no answer to the document.
 */
const wantsLegacy = (accept = '') =>
  /\bapplication\/json\b/i.test(accept) && !/\bapplication\/graphql-response\+json\b/i.test(accept);

const isOverLimit = (errors: readonly GraphQLFormattedError[]) =>
  errors.some(({ extensions }) => Object.hasOwn(Object(extensions?.details), 'maximum'));

/** Logs what is masked, and tells the client which request to ask its operator about. */
const reportErrors = (log: Logger): ApolloServerPlugin<Context> => ({
  requestDidStart: async ({ contextValue: { requestId } }) => ({
    didEncounterErrors: async ({ errors }) => {
      for (const error of errors) logMasked(log, requestId, error);
    },
    willSendResponse: async ({ request, response: { body, http } }) => {
      if (body.kind !== 'single' || !body.singleResult.errors) return;
      if (
        http.status === 400 &&
        wantsLegacy(request.http?.headers.get('accept')) &&
        !isOverLimit(body.singleResult.errors)
      )
        http.status = 200;
      body.singleResult.errors = body.singleResult.errors.map((error) => ({
        ...error,
        extensions: { ...error.extensions, requestId },
      }));
    },
  }),
});

/**
 * An answer in which something could not be had for now says when to ask again. Where that is all there is, it
 * is no answer: without `data` it is a request error, which has a status of its own (GraphQL over HTTP, section
 * 6.4.2), so that proxies and clients who know nothing of GraphQL see the 503, too.
 */
const tellUnavailable: ApolloServerPlugin<Context> = {
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
