import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Refusal, RefusalReason } from '../../features/service-accounts/sign-in/refusals.js';
import type { RequestInfo } from '../../platform/context.js';
import type { Endpoint } from './endpoints.js';

/** The result of a request, for the metrics. */
export interface Outcome {
  /** Undefined for a path that is no endpoint. */
  endpoint: Endpoint['name'] | undefined;
  /** `OK`, or the code of the error. */
  code: string;
  /** Why a client was refused, which the client does not learn. */
  reason?: RefusalReason;
  seconds: number;
}

/** The endpoints by oidc-provider's names of its routes. */
const endpoints: Record<string, Endpoint['name']> = {
  token: 'token',
  introspection: 'introspect',
  revocation: 'revoke',
};

interface Listeners {
  onOutcome: (outcome: Outcome) => void;
  onRefusal: (refusal: Refusal) => void;
  describeRequest: (ctx: KoaContextWithOIDC) => RequestInfo;
}

/** Creates the middleware that reports each request once its answer is decided. */
export function reportOutcomes({ onOutcome, onRefusal, describeRequest }: Listeners) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const start = performance.now();
    await next();
    const code = codeOf(ctx);
    const reason: RefusalReason | undefined =
      ctx.state.refused ?? (code === 'invalid_scope' ? code : undefined);
    const seconds = (performance.now() - start) / 1000;
    onOutcome({ endpoint: endpoints[ctx.oidc.route], code, reason, seconds });
    const clientId = ctx.oidc.client?.clientId;
    if (reason && clientId !== undefined) onRefusal({ clientId, reason, request: describeRequest(ctx) });
  };
}

const codeOf = ({ status, body }: KoaContextWithOIDC): string =>
  status < 400 ? 'OK' : (body as { error: string }).error;
