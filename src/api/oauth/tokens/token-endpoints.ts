import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Credential } from '../../../features/service-accounts/sign-in/find-credential.js';
import type { RequestInfo } from '../../../platform/context.js';
import { credentialOf } from '../client.js';

/** Who asks. */
interface Asking {
  credential: Credential;
  facts: RequestInfo;
}

/** What an endpoint answers about a token, or does with it. */
export type TokenAnswer = (token: string, asking: Asking) => Promise<{ status: number; body: unknown }>;

/** By the library's name of their route. */
export type TokenAnswers = Record<'introspection' | 'revocation', TokenAnswer>;

/**
 * Answers about tokens in the library's place. That authenticates the client and checks the form of the request, and
 * then refuses every JWT, since it would look up tokens in its store.
 */
export function createTokenEndpoints(
  answers: TokenAnswers,
  factsOf: (ctx: KoaContextWithOIDC) => RequestInfo,
) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (!(ctx.state.fault instanceof errors.UnsupportedTokenType)) return;
    const { route, params } = ctx.oidc;
    const answer = answers[route as keyof TokenAnswers];
    ctx.state.fault = undefined;
    try {
      Object.assign(
        ctx,
        await answer(String(params?.token), { credential: credentialOf(ctx), facts: factsOf(ctx) }),
      );
    } catch (error) {
      ctx.status = 500;
      ctx.state.fault = error;
    }
  };
}
