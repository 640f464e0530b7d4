import type { Logger } from 'pino';
import type { RefusalReason } from '../../features/service-accounts/sign-in/refusals.js';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors.js';

/** What a rejected request has in addition to its response. */
interface Extras {
  headers?: Record<string, string>;
  /** The client that could not authenticate. */
  clientId?: string;
  /** The reason for the audit log. The client does not see it. */
  reason?: RefusalReason;
}

/**
 * An error response (RFC 6749, section 5.2). By that section, the description must not contain quotation marks or
 * backslashes.
 */
export class OAuthError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly description: string,
    readonly extras: Extras = {},
  ) {
    super(description);
  }
}

export const invalidRequest = (
  description: string,
  status = 400,
  headers?: Record<string, string>,
): OAuthError => new OAuthError(status, 'invalid_request', description, { headers });

/** Creates the error of a client that did not authenticate. */
export const invalidClient = (description: string, extras?: Extras): OAuthError =>
  new OAuthError(401, 'invalid_client', description, extras);

/**
 * Creates the error of a limit. RFC 6749, section 5.2, has no code for it. RFC 8628, section 3.5, registers this code
 * for clients that send requests too often.
 */
export const tooManyRequests = (seconds: number): OAuthError =>
  new OAuthError(
    429,
    'slow_down',
    'too many requests; retry after the number of seconds in the retry-after header',
    { headers: { 'retry-after': `${seconds}` } },
  );

const unexpected = new OAuthError(500, 'server_error', 'unexpected server-side error');

const unavailable = new OAuthError(
  503,
  'temporarily_unavailable',
  'the gateway is temporarily unavailable; retry after the number of seconds in the retry-after header',
  { headers: { 'retry-after': '5' } },
);

/** Returns the error to send. An error inside the gateway is logged, and the client does not see it. */
export function toOAuthError(error: unknown, requestId: string, log: Logger): OAuthError {
  if (error instanceof OAuthError) return error;
  const reason = whyUnavailable(error) ?? (error instanceof AppError ? error.code : undefined);
  if (reason)
    log.warn({ reason, requestId }, 'OAuth request failed because the gateway is temporarily unavailable');
  else log.error({ err: error, requestId }, 'OAuth request failed with an unexpected error');
  return reason ? unavailable : unexpected;
}
