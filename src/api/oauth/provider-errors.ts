import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors.js';
import { tooManyWrongSecrets } from './admission.js';
import { whyUnauthenticated } from './client-authentication.js';
import type { OAuthError } from './error-response.js';

const unavailable: OAuthError = {
  status: 503,
  error: 'temporarily_unavailable',
  error_description:
    'the gateway is temporarily unavailable; retry after the number of seconds in the retry-after header',
  headers: { 'retry-after': '5' },
};

export const unexpected: OAuthError = {
  status: 500,
  error: 'server_error',
  error_description: 'unexpected server-side error',
};

const unauthenticated = (description: string): OAuthError => ({
  status: 401,
  error: 'invalid_client',
  error_description: description,
});

const unsupportedGrantType: OAuthError = {
  status: 400,
  error: 'unsupported_grant_type',
  error_description: 'grant_type must be client_credentials',
};

/** Stores each error of oidc-provider in the state of its request, where `createErrorMapper` finds it. */
export function collectFaults(provider: EventEmitter, log: Logger): void {
  for (const event of ['grant.error', 'introspection.error', 'revocation.error', 'server_error']) {
    provider.on(event, (ctx: KoaContextWithOIDC, fault: Error) => {
      ctx.state.fault = fault;
    });
  }
  // Koa emits this event, for example, when a client disconnects before it gets its response. Without a listener, Koa
  // would print the error.
  provider.on('error', (error) => log.debug({ err: error }, 'Response was interrupted'));
}

interface ErrorMapperParts {
  issuer: string;
  /** @returns the number of seconds to wait, if the client sent too many wrong secrets */
  countWrongSecret: (ctx: KoaContextWithOIDC, clientId: string) => Promise<number | undefined>;
  log: Logger;
}

/** Creates the middleware that replaces errors of oidc-provider with errors of the gateway. */
export function createErrorMapper({ issuer, countWrongSecret, log }: ErrorMapperParts) {
  const challenge = `Basic realm="${issuer}", charset="UTF-8"`;

  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    // For a request without an Origin, oidc-provider would allow every page to read the response.
    if (ctx.response.get('access-control-allow-origin') === '*') {
      ctx.remove('access-control-allow-origin');
      ctx.remove('access-control-expose-headers');
    }
    if (ctx.state.refused) {
      const seconds = await countWrongSecret(ctx, ctx.oidc.client?.clientId ?? '');
      if (seconds !== undefined) setError(ctx, tooManyWrongSecrets(seconds));
    }
    const { fault } = ctx.state;
    const unauthenticatedBecause = whyUnauthenticated(fault);
    if (unauthenticatedBecause !== undefined) setError(ctx, unauthenticated(unauthenticatedBecause));
    if (fault?.error === unsupportedGrantType.error) setError(ctx, unsupportedGrantType);
    // RFC 6749, section 5.2, requires a challenge if the client used the Authorization header, and allows it otherwise.
    if (ctx.status === 401) ctx.set('www-authenticate', challenge);
    else ctx.remove('www-authenticate');
    if (ctx.status >= 500 && fault) setError(ctx, maskFault(ctx, log));
  };
}

/** Logs an internal error of the gateway. @returns the error that the client gets instead */
function maskFault({ state: { fault }, req }: KoaContextWithOIDC, log: Logger): OAuthError {
  const { requestId } = req;
  const reason = whyUnavailable(fault) ?? (fault instanceof AppError ? fault.code : undefined);
  if (reason)
    log.warn({ reason, requestId }, 'OAuth request failed because the gateway is temporarily unavailable');
  else log.error({ err: fault, requestId }, 'OAuth request failed with an unexpected error');
  return reason ? unavailable : unexpected;
}

function setError(ctx: KoaContextWithOIDC, { status, headers = {}, ...error }: OAuthError): void {
  ctx.status = status;
  ctx.set(headers);
  ctx.body = error;
}
