import type { IncomingMessage, RequestListener } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Credential, FindCredential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { Refusal } from '../../features/service-accounts/sign-in/refusals.js';
import { defaultAudience, issuerOf } from '../../platform/auth/access-token-settings.js';
import type { RequestFacts } from '../../platform/context.js';
import { createCheckSecret } from './check-secret.js';
import { createFinish, watch } from './finish.js';
import type { SigningKeys } from './keys/signing-keys.js';
import { createProvider } from './provider.js';
import { createReport, type Outcome } from './report.js';
import { createIntrospect } from './tokens/introspect.js';
import { createRevoke } from './tokens/revoke.js';
import { createTokenEndpoints } from './tokens/token-endpoints.js';
import { createVerifyToken } from './tokens/verify-token.js';

export interface ListenerParts {
  pool: Pool;
  keys: SigningKeys;
  /** Undefined: below the URL of the gateway. */
  audience: string | undefined;
  /** Seconds. */
  lifetime: number;
  findCredential: FindCredential;
  /** @returns seconds to wait, when there were too many */
  countWrongSecret: (clientId: string, address: string) => Promise<number | undefined>;
  onIssued: (credential: Credential) => void;
  onRefusal: (refusal: Refusal) => void;
  onOutcome: (outcome: Outcome) => void;
  addressOf: (request: IncomingMessage) => string | undefined;
  log: Logger;
}

/** What answers for tokens, with the key that signs now. @param url under which its users reach the gateway */
export function createListener(url: string, parts: ListenerParts): RequestListener {
  const { pool, keys, lifetime, audience = defaultAudience(url), addressOf, log } = parts;
  const issuer = issuerOf(url);
  const factsOf = ({ req }: KoaContextWithOIDC): RequestFacts => ({
    requestId: req.requestId,
    ip: addressOf(req) ?? null,
    userAgent: req.headers['user-agent']?.slice(0, 255) ?? null,
  });
  const countWrongSecret = (ctx: KoaContextWithOIDC, clientId: string) =>
    parts.countWrongSecret(clientId, addressOf(ctx.req) ?? '');
  const verify = createVerifyToken(issuer, keys);
  const answers = { introspection: createIntrospect(pool, verify), revocation: createRevoke(pool, verify) };
  const provider = createProvider({
    issuer,
    audience,
    lifetime,
    key: keys.current(),
    requireKey: () => keys.current(),
    checkSecret: createCheckSecret(parts.findCredential),
    onIssued: parts.onIssued,
    middleware: [
      createReport({ ...parts, factsOf }),
      createFinish({ issuer, countWrongSecret, log }),
      createTokenEndpoints(answers, factsOf),
    ],
  });
  watch(provider, log);
  return provider.callback();
}
