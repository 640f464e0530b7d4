import type { Logger } from 'pino';
import { logMasked } from '../masking.js';
import type { BeforeResponse, Hooks } from './hooks.js';

/** Logs errors that the client does not see. */
export const reportErrors =
  (log: Logger): Hooks['didEncounterErrors'] =>
  async ({ errors, contextValue: { requestId } }) => {
    for (const error of errors) logMasked(log, requestId, error);
  };

/** Adds the request ID to all errors. With that ID, an operator can find the log entry. */
export const addRequestId: BeforeResponse = ({ contextValue: { requestId }, response: { body } }) => {
  if (body.kind !== 'single' || !body.singleResult.errors) return;
  body.singleResult.errors = body.singleResult.errors.map((error) => ({
    ...error,
    extensions: { ...error.extensions, requestId },
  }));
};

/** Completes the metrics of a request. A request that reached no root field gets its own entry. */
export const countRequest: BeforeResponse = ({ contextValue, response: { body } }) => {
  const error = body.kind === 'single' ? body.singleResult.errors?.[0] : undefined;
  contextValue.metrics.end(error ? String(error.extensions?.code) : 'OK');
};
