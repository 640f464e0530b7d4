import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { AppError, errorTable, findAppError, shorten } from '../errors.js';
import { rewordTokenLimit } from './limits.js';

/** What graphql-js and Apollo say of a request before any field runs: about the document, never about data. */
const protocolCodes = new Set([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Whether the text of an error is meant for the client. */
export function isPublic(error: unknown): boolean {
  if (findAppError(error)) return true;
  const code = (error as { extensions?: { code?: unknown } }).extensions?.code;
  return unwrapResolverError(error) === error && protocolCodes.has(String(code));
}

/** Apollo's `formatError`: what is not meant for the client becomes INTERNAL_SERVER_ERROR. */
export function maskError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (isPublic(error)) return reword(formatted);
  const { message } = errorTable.INTERNAL_SERVER_ERROR;
  return { message, path: formatted.path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** These texts repeat names of the document, whatever their length, and options of Apollo's. */
function reword(error: GraphQLFormattedError): GraphQLFormattedError {
  const { validationErrorCode, ...extensions } = error.extensions ?? {};
  const message = own[String(validationErrorCode ?? error.message)] ?? error.message;
  return rewordTokenLimit({ ...error, message: shorten(message), extensions });
}

const own: Record<string, string> = {
  INTROSPECTION_DISABLED: 'Introspection is off',
  'Validation aborted.': 'The document repeats too many fields',
};

/** Keeps for the operator what is masked for the client. */
export function logMasked(log: Logger, requestId: string, error: GraphQLError): void {
  if (!isPublic(error)) log.error({ err: error.originalError ?? error, requestId }, 'operation failed');
}

/** The same for clients in this process. */
export const toPublicError = (error: unknown): AppError =>
  findAppError(error) ?? new AppError('INTERNAL_SERVER_ERROR');
