import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from 'pino';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors.js';
import { isUnauthenticated } from './unauthenticated.js';

interface OAuthError {
  status: number;
  error: string;
  error_description: string;
  headers?: Record<string, string>;
}

/** The texts hold none of the characters that RFC 6749, section 5.2, leaves out. */
const errors = {
  unavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    error_description: 'the gateway cannot answer at the moment, try again later',
    headers: { 'retry-after': '5' },
  },
  unexpected: {
    status: 500,
    error: 'server_error',
    error_description: 'unexpected server-side error',
  },
} as const satisfies Record<string, OAuthError>;

const unauthenticated = (description = ''): OAuthError => ({
  status: 401,
  error: 'invalid_client',
  error_description: description,
});

const tooManyWrong = (seconds: number): OAuthError => ({
  status: 429,
  error: 'invalid_client',
  error_description: 'client authentication failed too often, try again later',
  headers: { 'retry-after': `${seconds}` },
});

interface Needs {
  issuer: string;
  /** @returns seconds to wait, when there were too many wrong secrets */
  countWrongSecret: (ctx: KoaContextWithOIDC, clientId: string) => Promise<number | undefined>;
  log: Logger;
}

/** Has the library's faults kept with their request, where `createFinish` looks for them. */
export function watch(provider: EventEmitter, log: Logger): void {
  for (const event of ['grant.error', 'introspection.error', 'revocation.error', 'server_error']) {
    provider.on(event, (ctx: KoaContextWithOIDC, fault: Error) => {
      ctx.state.fault = fault;
    });
  }
  // Such as an answer that nobody is there for any more. Koa would print it.
  provider.on('error', (error) => log.debug({ err: error }, 'an answer was broken off'));
}

/** Goes around the library: turns what it answers into what the gateway answers. */
export function createFinish({ issuer, countWrongSecret, log }: Needs) {
  const challenge = `Basic realm="${issuer}", charset="UTF-8"`;

  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    // To a request without an Origin the library says that every page may read it.
    if (ctx.response.get('access-control-allow-origin') === '*') {
      ctx.remove('access-control-allow-origin');
      ctx.remove('access-control-expose-headers');
    }
    if (ctx.state.refused) {
      const seconds = await countWrongSecret(ctx, ctx.oidc.client?.clientId ?? '');
      if (seconds !== undefined) answer(ctx, tooManyWrong(seconds));
    }
    const { fault } = ctx.state;
    if (isUnauthenticated(fault)) answer(ctx, unauthenticated(fault.error_description));
    // RFC 6749, section 5.2, asks for it where the client has used the header, and allows it elsewhere.
    if (ctx.status === 401) ctx.set('www-authenticate', challenge);
    else ctx.remove('www-authenticate');
    const error = errorFor(ctx, log);
    if (error) answer(ctx, error);
  };
}

function errorFor(ctx: KoaContextWithOIDC, log: Logger): OAuthError | undefined {
  const { fault } = ctx.state;
  if (ctx.status < 500 || !fault) return undefined;
  const reason = whyUnavailable(fault) ?? (fault instanceof AppError ? fault.code : undefined);
  const { requestId } = ctx.req;
  if (reason) log.warn({ reason, requestId }, 'no answer about tokens could be given');
  else log.error({ err: fault, requestId }, 'masked an unexpected error');
  return reason ? errors.unavailable : errors.unexpected;
}

function answer(ctx: KoaContextWithOIDC, { status, headers = {}, ...body }: OAuthError): void {
  ctx.status = status;
  ctx.set(headers);
  ctx.body = body;
}
