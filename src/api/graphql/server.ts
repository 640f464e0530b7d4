import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Context } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import { answerCost, fragmentsOf } from './answer-cost.js';
import { findVariableFault } from './check-variables.js';
import { createDocumentStore } from './document-store.js';
import { tellLegacyClients, tellUnavailable } from './http-status.js';
import { limitRules } from './limit-rules.js';
import { limits, overLimit, parseOptions } from './limits.js';
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
    documentStore: createDocumentStore(),
    validationRules: limitRules,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: maskError,
    // Apollo's own pages load from a CDN: GET /graphql answers browsers with ours.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It looks at each field of an answer, only to say in the end what is so for all of ours.
      ApolloServerPluginCacheControlDisabled(),
      notStored,
      checkOperation(schema),
      reportErrors(log),
      tellLegacyClients,
      tellUnavailable,
      tallyAnswers,
    ],
    logger: log,
  });
}

/** Nothing has been executed then, so that HTTP may say it too (GraphQL over HTTP, section 6.4.1). */
const checkOperation = (schema: GraphQLSchema): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, operation, request: { variables = {} } }) => {
      if (operation?.operation === 'subscription') throw withStatus(noSubscriptions(), 400);
      const fault = operation && findVariableFault(schema, operation, variables);
      if (fault) throw withStatus(fault, 400);
      if (!operation) return;
      const fragments = fragmentsOf(document.definitions);
      if (answerCost({ schema, fragments, operation, variables }, limits.cost) > limits.cost)
        throw withStatus(overLimit('cost'), 400);
    },
  }),
});

/** Answers are somebody's own, and some have a secret in them. */
const notStored: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response }) => {
      response.http.headers.set('cache-control', 'no-store');
    },
  }),
};

/** What ended before a root field counts, too. */
const tallyAnswers: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body } }) => {
      const error = body.kind === 'single' ? body.singleResult.errors?.[0] : undefined;
      contextValue.metrics.end(error ? String(error.extensions?.code) : 'OK');
    },
  }),
};

const noSubscriptions = () => new AppError('BAD_USER_INPUT', { message: 'There are no subscriptions here' });

const withStatus = (error: GraphQLError, status: number) =>
  new GraphQLError(error.message, {
    extensions: { ...error.extensions, http: { status } },
    originalError: error,
  });

/** Logs what is masked, and tells the client which request to ask its operator about. */
const reportErrors = (log: Logger): ApolloServerPlugin<Context> => ({
  requestDidStart: async ({ contextValue: { requestId } }) => ({
    didEncounterErrors: async ({ errors }) => {
      for (const error of errors) logMasked(log, requestId, error);
    },
    willSendResponse: async ({ response: { body } }) => {
      if (body.kind !== 'single' || !body.singleResult.errors) return;
      body.singleResult.errors = body.singleResult.errors.map((error) => ({
        ...error,
        extensions: { ...error.extensions, requestId },
      }));
    },
  }),
});
