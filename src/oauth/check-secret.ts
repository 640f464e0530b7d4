import type { KoaContextWithOIDC } from 'oidc-provider';
import type { RequestFacts } from '../context.js';
import type { Credential, DeadReason, FindCredential } from '../service-accounts/sign-in/find-credential.js';
import type { CheckSecret } from './client.js';

/** Somebody who was not let in. */
export interface Refusal {
  clientId: string;
  reason: RefusalReason;
  /** Where it is known whose secret it is. */
  account?: { id: string; tenantId: string };
  request: RequestFacts;
}

export type RefusalReason = DeadReason | 'wrong_secret' | 'invalid_scope';

interface Needs {
  find: FindCredential;
  /** Told of each, after its answer is decided. */
  onRefusal: (refusal: Refusal) => void;
  factsOf: (ctx: KoaContextWithOIDC) => RequestFacts;
}

export function createCheckSecret({ find, onRefusal, factsOf }: Needs): CheckSecret {
  return async (ctx, clientId, secret) => {
    const found = await find(secret);
    const credential = found?.clientId === clientId ? found : undefined;
    const reason = credential ? credential.deadBecause : 'wrong_secret';
    ctx.state.refused = reason;
    if (reason) onRefusal({ clientId, reason, account: accountOf(credential), request: factsOf(ctx) });
    else ctx.state.credential = credential;
    return reason === null;
  };
}

const accountOf = (credential: Credential | undefined) =>
  credential && { id: credential.accountId, tenantId: credential.tenantId };
