import { ApolloServer, type ApolloServerOptions } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Context } from '../../platform/context.js';
import { csrfHeaders } from './check-request.js';
import type { Executor } from './execution/executor.js';
import { limits } from './limits/document-limits.js';
import { createDocumentStore } from './limits/document-store.js';
import { limitRules } from './limits/validation-rules.js';
import { maskError } from './masking.js';
import { checkOperation } from './plugins/check-operation.js';
import { pluginOf } from './plugins/hooks.js';
import { forbidStoring, tellLegacyClients, tellUnavailable } from './plugins/http-response.js';
import { addRequestId, countRequest, reportErrors } from './plugins/reporting.js';

/**
 * Creates Apollo Server for the guarded schema.
 * @param executor executes the operations of the schema
 */
export function createApolloServer(
  schema: GraphQLSchema,
  executor: Executor,
  { introspection, production }: { introspection: boolean; production: boolean },
  log: Logger,
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    gateway: executeWith(schema, executor),
    introspection,
    hideSchemaDetailsFromClientErrors: production || !introspection,
    parseOptions: { maxTokens: limits.tokens },
    documentStore: createDocumentStore(),
    validationRules: limitRules,
    csrfPrevention: { requestHeaders: csrfHeaders },
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: maskError,
    // Apollo's landing page loads files from a CDN. For browsers, GET /graphql serves the page of ide/ instead.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // This plugin would check each field of a response, only to find that no field may be cached.
      ApolloServerPluginCacheControlDisabled(),
      pluginOf({ didResolveOperation: checkOperation(schema), didEncounterErrors: reportErrors(log) }, [
        forbidStoring,
        addRequestId,
        tellLegacyClients,
        tellUnavailable,
        countRequest,
      ]),
    ],
    logger: log,
  });
}

/**
 * Makes Apollo execute operations with another function than that of graphql-js. Apollo has this interface for schemas
 * whose parts run on several servers. The rest of Apollo works as it does with the option `schema`.
 */
const executeWith = (
  schema: GraphQLSchema,
  executor: Executor,
): NonNullable<ApolloServerOptions<Context>['gateway']> => ({
  onSchemaLoadOrUpdate: (load) => {
    load({ apiSchema: schema, coreSupergraphSdl: '' });
    return () => undefined;
  },
  load: async () => ({
    executor: async ({ document, request: { operationName, variables }, context }) =>
      executor({ document, operationName, variableValues: variables, contextValue: context }),
  }),
  stop: async () => undefined,
});
