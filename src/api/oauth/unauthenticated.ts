import { errors } from 'oidc-provider';

/** What the library says of a request without a client that it could check. */
const descriptions = new Set([
  'no client authentication mechanism provided',
  'invalid authorization header value format',
  'client_id and client_secret in the authorization header are not properly encoded',
  'client_secret must be provided in the Authorization header',
]);

/**
 * Whether the fault is that there is no client authentication, or one by an unsupported method. The library takes that
 * for a bad request; by RFC 6749, section 5.2, it is an invalid client.
 */
export const isUnauthenticated = (fault: unknown): fault is errors.InvalidRequest =>
  fault instanceof errors.InvalidRequest && descriptions.has(fault.error_description ?? '');
