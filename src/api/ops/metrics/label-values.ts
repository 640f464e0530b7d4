import { errorTable } from '../../../platform/errors.js';

/** The API that a request uses; the label `api`. */
export type Api = 'graphql' | 'rest' | 'oauth';

/** The operations of the OAuth server. Those of GraphQL and REST are the root fields. */
export const oauthOperations = ['token', 'introspect', 'revoke', 'jwks', 'metadata'] as const;

/** The operation of a request that was refused before it reached one. */
export const noOperation = 'none';

/** The error codes of RFC 6749, section 5.2, RFC 7009, section 2.2.1, and RFC 8707, section 2. */
export const oauthCodes = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
  'invalid_target',
  'server_error',
  'temporarily_unavailable',
];

/** The codes that a request may end with: `OK`, a row of the error table, or a code that a protocol adds. */
export const codes: ReadonlySet<string> = new Set([
  'OK',
  ...Object.keys(errorTable),
  // GraphQL's own codes, about a document (api/graphql/masking.ts).
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ...oauthCodes,
]);

/** Stands for every value that is not listed: values that clients can invent would grow without end. */
export const other = 'other';
