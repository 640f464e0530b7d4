import { errorTable } from '../../../platform/errors.js';

/** The API that a request uses. It is the value of the label `api`. */
export type Api = 'graphql' | 'rest' | 'oauth';

/** The operations of the OAuth 2.0 server. The operations of the GraphQL API and the REST API are the root fields. */
export const oauthOperations = ['token', 'introspect', 'revoke', 'jwks', 'metadata'] as const;

/** The operation of a request that was rejected before it reached an operation. */
export const noOperation = 'none';

/**
 * The error codes of RFC 6749, section 5.2, RFC 7009, section 2.2.1, RFC 8628, section 3.5, and RFC 8707, section 2.
 */
export const oauthCodes = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
  'invalid_target',
  'slow_down',
  'server_error',
  'temporarily_unavailable',
];

/** The codes that a request can have: `OK`, a code of the error table, or a code that a protocol defines. */
export const codes: ReadonlySet<string> = new Set([
  'OK',
  ...Object.keys(errorTable),
  // GraphQL's codes for errors in a document (api/graphql/masking.ts).
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ...oauthCodes,
]);

/** Replaces every value that is not listed. Otherwise clients could invent any number of label values. */
export const other = 'other';
