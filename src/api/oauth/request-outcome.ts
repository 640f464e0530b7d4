import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Refusal, RefusalReason } from '../../features/service-accounts/sign-in/refusals.js';
import { describeRequest } from '../../platform/http/request-info.js';
import type { Endpoint } from './endpoints.js';

/** The result of a request, for the metrics. */
export interface Outcome {
  /** Undefined if the path belongs to no endpoint. */
  endpoint: Endpoint['name'] | undefined;
  /** `OK`, or the code of the error. */
  code: string;
  /** The reason why a client was rejected. The client does not see it. */
  reason?: RefusalReason;
  seconds: number;
}

/** The names of the endpoints, by the route names of oidc-provider. */
const endpoints: Record<string, Endpoint['name']> = {
  token: 'token',
  introspection: 'introspect',
  revocation: 'revoke',
};

interface Listeners {
  onOutcome: (outcome: Outcome) => void;
  onRefusal: (refusal: Refusal) => void;
}

/** Creates the middleware that reports each request when its response is known. */
export function reportOutcomes({ onOutcome, onRefusal }: Listeners) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const start = performance.now();
    await next();
    const code = codeOf(ctx);
    const reason: RefusalReason | undefined =
      ctx.state.refused ?? (code === 'invalid_scope' ? code : undefined);
    const seconds = (performance.now() - start) / 1000;
    onOutcome({ endpoint: endpoints[ctx.oidc.route], code, reason, seconds });
    const clientId = ctx.oidc.client?.clientId;
    if (reason && clientId !== undefined) onRefusal({ clientId, reason, request: describeRequest(ctx.req) });
  };
}

const codeOf = ({ status, body }: KoaContextWithOIDC): string =>
  status < 400 ? 'OK' : (body as { error: string }).error;
