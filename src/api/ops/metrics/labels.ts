import { errorTable } from '../../../platform/errors.js';

/** Where a request comes in. */
export type Door = 'graphql' | 'rest' | 'oauth';

/** What the OAuth door does. Root fields are the operations of the other two. */
export const oauthOperations = ['token', 'introspect', 'revoke', 'jwks', 'metadata'] as const;

/** Of a request that was refused before it reached an operation. */
export const noOperation = 'none';

/** RFC 6749, section 5.2, RFC 7009, section 2.2.1, and RFC 8707, section 2. */
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

/** What a request ended with: a row of the error table, or what a protocol has beside it. */
export const codes: ReadonlySet<string> = new Set([
  'OK',
  ...Object.keys(errorTable),
  // GraphQL's, about a document (src/graphql/masking.ts).
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ...oauthCodes,
]);

/** What is counted under one limit. */
export type RateLimitPolicy = 'caller' | 'address' | 'wrong_secrets';

/** In the place of whatever is in none of these lists: a label that clients could invent grows without end. */
export const other = 'other';
