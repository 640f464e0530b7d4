import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { AppError, findAppError, shorten } from '../../platform/errors.js';
import { rewordLimit } from './limits/document-limits.js';

/** The codes of graphql-js and Apollo for faults of a request before any field runs. Their texts hold no data. */
const protocolCodes = new Set([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Tells whether the text of an error is meant for the client. */
function isPublic(error: unknown): boolean {
  if (findAppError(error)) return true;
  const code = (error as { extensions?: { code?: unknown } }).extensions?.code;
  return unwrapResolverError(error) === error && protocolCodes.has(String(code));
}

/** Replaces, as Apollo's `formatError`, what is not meant for the client. */
export function maskError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (isPublic(error)) return reword(formatted, findAppError(error)?.code);
  const { message, code } = toPublicError(error);
  return { message, path: formatted.path, extensions: { code } };
}

/**
 * Rewords texts that repeat names of the document, whatever their length, and options of Apollo's.
 * @param code of an AppError, which Apollo replaces when a validation rule reports one
 */
function reword(error: GraphQLFormattedError, code?: string): GraphQLFormattedError {
  const { validationErrorCode, ...extensions } = error.extensions ?? {};
  if (code) extensions.code = code;
  if (error.message.startsWith('GET requests only support')) extensions.code = 'METHOD_NOT_ALLOWED';
  const message = texts[String(validationErrorCode ?? error.message)] ?? error.message;
  return rewordLimit({ ...error, message: shorten(message), extensions });
}

const texts: Record<string, string> = {
  INTROSPECTION_DISABLED: 'Introspection is disabled',
  'Validation aborted.': 'The document repeats too many fields',
};

/** Logs for the operator what is masked for the client: in a line when the database is away, or in full. */
export function logMasked(log: Logger, requestId: string, error: unknown): void {
  if (isPublic(error)) return;
  const reason = whyUnavailable(error);
  if (reason) log.warn({ reason, requestId }, 'Request failed because the database is unavailable');
  else log.error({ err: unwrapResolverError(error), requestId }, 'Request failed with an unexpected error');
}

/** Returns what a client is told of any error: the AppError in it, or that the fault is not the client's. */
export const toPublicError = (error: unknown): AppError =>
  findAppError(error) ??
  new AppError(whyUnavailable(error) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR');
