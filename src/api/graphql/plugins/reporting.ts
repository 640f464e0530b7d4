import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from 'pino';
import type { Context } from '../../../platform/context.js';
import { logMasked } from '../masking.js';

/**
 * Logs errors that the client does not see, and adds the request ID to all errors. With that ID, an operator can find
 * the log entry.
 */
export const reportErrors = (log: Logger): ApolloServerPlugin<Context> => ({
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

/** Completes the metrics of a request. A request that reached no root field gets its own entry. */
export const countRequest: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body } }) => {
      const error = body.kind === 'single' ? body.singleResult.errors?.[0] : undefined;
      contextValue.metrics.end(error ? String(error.extensions?.code) : 'OK');
    },
  }),
};
