import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from 'pino';
import type { Context } from '../../../platform/context.js';
import { logMasked } from '../masking.js';

/** Logs what is masked, and tells the client which request to ask its operator about. */
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

/** Ends the count of a request, which has an entry of its own if it reached no root field. */
export const countRequest: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body } }) => {
      const error = body.kind === 'single' ? body.singleResult.errors?.[0] : undefined;
      contextValue.metrics.end(error ? String(error.extensions?.code) : 'OK');
    },
  }),
};
