import type { GraphQLSchema } from 'graphql';
import { AppError } from '../../../platform/errors.js';
import { findVariableFault } from '../check-variables.js';
import { answerCost } from '../limits/answer-cost.js';
import { admitMutations } from '../limits/count-mutations.js';
import { limits, overLimit } from '../limits/document-limits.js';
import { findPostOnlyFault } from '../post-only.js';
import { toRequestError } from '../request-error.js';
import type { Hooks } from './hooks.js';

/**
 * Rejects an operation that must be sent with POST, whose variables do not match their types, whose response would be
 * too large, or whose mutations exceed the caller's rate limit. Nothing has run at this point, so the HTTP status may
 * report the error too (GraphQL over HTTP, section 6.4.1).
 */
export const checkOperation =
  (schema: GraphQLSchema): Hooks['didResolveOperation'] =>
  async ({ document, operation, contextValue, request: { variables = {}, http } }) => {
    if (!operation) return;
    if (operation.operation === 'subscription') throw toRequestError(noSubscriptions());
    const postOnly = http?.method === 'GET' && findPostOnlyFault(schema, document, operation);
    if (postOnly) throw toRequestError(postOnly);
    const fault = findVariableFault(schema, operation, variables);
    if (fault) throw toRequestError(fault);
    const counted = { schema, document, operation, variables };
    if (answerCost(counted, limits.cost) > limits.cost) throw toRequestError(overLimit('cost'));
    await admitMutations(contextValue, counted).catch((error: AppError) => {
      throw toRequestError(error);
    });
  };

const noSubscriptions = () => new AppError('BAD_USER_INPUT', { message: 'Subscriptions are not supported' });
