import type { KoaContextWithOIDC } from 'oidc-provider';
import type { RefusalReason } from '../../features/service-accounts/sign-in/refusal-reasons.js';
import type { Refusal } from '../../features/service-accounts/sign-in/refusals.js';
import type { RequestInfo } from '../../platform/context.js';
import type { Endpoint } from './endpoints.js';

/** What came of a request, for figures. */
export interface Outcome {
  /** Undefined for a path or a method that there is not. */
  endpoint: Endpoint['name'] | undefined;
  /** `OK`, or that of the error. */
  code: string;
  /** Why a client was refused, which it is not told. */
  reason?: RefusalReason;
  seconds: number;
}

/** By the library's names of its routes. */
const endpoints: Record<string, Endpoint['name']> = {
  token: 'token',
  introspection: 'introspect',
  revocation: 'revoke',
};

interface Listeners {
  onOutcome: (outcome: Outcome) => void;
  onRefusal: (refusal: Refusal) => void;
  factsOf: (ctx: KoaContextWithOIDC) => RequestInfo;
}

/** Tells of each request once its answer is decided. */
export function createReport({ onOutcome, onRefusal, factsOf }: Listeners) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const begin = performance.now();
    await next();
    const code = codeOf(ctx);
    const reason: RefusalReason | undefined =
      ctx.state.refused ?? (code === 'invalid_scope' ? code : undefined);
    const seconds = (performance.now() - begin) / 1000;
    onOutcome({ endpoint: endpoints[ctx.oidc.route], code, reason, seconds });
    const clientId = ctx.oidc.client?.clientId;
    if (reason && clientId !== undefined) onRefusal({ clientId, reason, request: factsOf(ctx) });
  };
}

const codeOf = ({ status, body }: KoaContextWithOIDC): string =>
  status < 400 ? 'OK' : (body as { error: string }).error;
