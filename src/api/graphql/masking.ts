import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { secretInText } from '../../features/service-accounts/secrets/secret.js';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { AppError, findAppError, shorten } from '../../platform/errors.js';
import { rewordLimit } from './limits/document-limits.js';

/**
 * The codes of graphql-js and Apollo for errors in a request before any field runs. The messages of these errors
 * contain no data.
 */
const protocolCodes = new Set([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Returns whether the client may see the message of an error. */
function isPublic(error: unknown): boolean {
  if (findAppError(error)) return true;
  const code = (error as { extensions?: { code?: unknown } }).extensions?.code;
  return unwrapResolverError(error) === error && protocolCodes.has(String(code));
}

/** Replaces errors that the client must not see. Apollo runs it as `formatError`. */
export function maskError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (isPublic(error)) return reword(formatted, findAppError(error)?.code);
  const { message, code } = toPublicError(error);
  return { message, path: formatted.path, extensions: { code } };
}

/**
 * Rewrites messages that repeat names of the document, which can have any length, that repeat a credential in it, or
 * that name options of Apollo.
 * @param code the code of an AppError, which Apollo replaces if a validation rule reports the error
 */
function reword(error: GraphQLFormattedError, code?: string): GraphQLFormattedError {
  const { validationErrorCode, ...extensions } = error.extensions ?? {};
  if (code) extensions.code = code;
  if (error.message.startsWith('GET requests only support')) extensions.code = 'METHOD_NOT_ALLOWED';
  const message = texts[String(validationErrorCode ?? error.message)] ?? error.message;
  return rewordLimit({ ...error, message: shorten(message).replace(secrets, '[redacted]'), extensions });
}

/**
 * Matches client secrets, and the tokens of workloads. graphql-js repeats a value that is written into the document and
 * has another type.
 */
const secrets = new RegExp(String.raw`${secretInText}|eyJ[\w-]+\.[\w-]+\.[\w-]+`, 'g');

const texts: Record<string, string> = {
  INTROSPECTION_DISABLED: 'Introspection is disabled',
  'Validation aborted.': 'The document repeats too many fields',
};

/**
 * Logs an error that the client does not see. If the database is unavailable, the entry is only one line with the
 * reason.
 */
export function logMasked(log: Logger, requestId: string, error: unknown): void {
  if (isPublic(error)) return;
  const reason = whyUnavailable(error);
  if (reason) log.warn({ reason, requestId }, 'Request failed because the database is unavailable');
  else log.error({ err: unwrapResolverError(error), requestId }, 'Request failed with an unexpected error');
}

/** Returns the error that the client receives: the AppError in the given error, or an error that hides the cause. */
export const toPublicError = (error: unknown): AppError =>
  findAppError(error) ??
  new AppError(whyUnavailable(error) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR');
