import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Context } from '../../platform/context.js';
import { csrfHeaders } from './check-request.js';
import { limits } from './limits/document-limits.js';
import { createDocumentStore } from './limits/document-store.js';
import { limitRules } from './limits/validation-rules.js';
import { maskError } from './masking.js';
import { checkOperation } from './plugins/check-operation.js';
import { pluginOf } from './plugins/hooks.js';
import { forbidStoring, tellLegacyClients, tellUnavailable } from './plugins/http-response.js';
import { addRequestId, countRequest, reportErrors } from './plugins/reporting.js';

/** Creates Apollo Server for the guarded schema. */
export function createApolloServer(
  schema: GraphQLSchema,
  { introspection, production }: { introspection: boolean; production: boolean },
  log: Logger,
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
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
