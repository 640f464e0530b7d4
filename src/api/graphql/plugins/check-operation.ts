import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';
import { findVariableFault } from '../check-variables.js';
import { answerCost } from '../limits/answer-cost.js';
import { limits, overLimit } from '../limits/document-limits.js';

/**
 * Rejects an operation whose variables do not match their types, or whose response would be too large. Nothing has run
 * at this point, so the HTTP status may report the error too (GraphQL over HTTP, section 6.4.1).
 */
export const checkOperation = (schema: GraphQLSchema): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, operation, request: { variables = {} } }) => {
      if (!operation) return;
      if (operation.operation === 'subscription') throw badRequest(noSubscriptions());
      const fault = findVariableFault(schema, operation, variables);
      if (fault) throw badRequest(fault);
      if (answerCost({ schema, document, operation, variables }, limits.cost) > limits.cost)
        throw badRequest(overLimit('cost'));
    },
  }),
});

const noSubscriptions = () => new AppError('BAD_USER_INPUT', { message: 'Subscriptions are not supported' });

const badRequest = (error: AppError) =>
  new GraphQLError(error.message, {
    extensions: { ...error.extensions, http: { status: 400 } },
    originalError: error,
  });
