import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Credential } from '../../../features/service-accounts/sign-in/find-credential.js';
import { describeRequest, type RequestInfo } from '../../../platform/http/request-info.js';
import { credentialOf } from '../client-authentication.js';

interface Requester {
  /** The credential with which the client authenticated. */
  credential: Credential;
  request: RequestInfo;
}

/** Handles a request about a token, after the client is authenticated and the form of the request is checked. */
export type TokenHandler = (
  token: string,
  requester: Requester,
) => Promise<{ status: number; body: unknown }>;

/** The handlers, by the route names of oidc-provider. */
type TokenHandlers = Record<'introspection' | 'revocation', TokenHandler>;

/**
 * Creates the middleware that handles introspection and revocation. oidc-provider authenticates the client and checks
 * the form of the request. It then rejects every JWT, because it only looks up tokens in its storage. This middleware
 * replaces that error.
 */
export function handleTokenRequests(handlers: TokenHandlers) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (!(ctx.state.fault instanceof errors.UnsupportedTokenType)) return;
    const { route, params } = ctx.oidc;
    const handle = handlers[route as keyof TokenHandlers];
    ctx.state.fault = undefined;
    try {
      const requester = { credential: credentialOf(ctx), request: describeRequest(ctx.req) };
      Object.assign(ctx, await handle(String(params?.token), requester));
    } catch (error) {
      ctx.status = 500;
      ctx.state.fault = error;
    }
  };
}
