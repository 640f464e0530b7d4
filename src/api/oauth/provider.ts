import type { RequestListener } from 'node:http';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Credential, FindCredential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { Refusal } from '../../features/service-accounts/sign-in/refusals.js';
import { defaultAudience, issuerOf } from '../../platform/auth/access-token-settings.js';
import type { WrongSecrets } from '../../platform/rate-limits/wrong-secrets.js';
import type { Admission } from './admission.js';
import { acceptClients, clientAuthenticationMethods, credentialOf } from './client-authentication.js';
import { registerGrant } from './client-credentials-grant.js';
import { JwsSigner } from './jws-signer.js';
import type { SigningKeys } from './keys/signing-keys.js';
import { collectFaults, createErrorMapper } from './provider-errors.js';
import { type Outcome, reportOutcomes } from './request-outcome.js';
import { paths } from './server-metadata.js';
import { createTokenVerifier, ownClaims } from './tokens/access-token.js';
import { handleTokenRequests } from './tokens/token-handlers.js';
import { createIntrospection } from './tokens/token-introspection.js';
import { createRevocation } from './tokens/token-revocation.js';

export interface ProviderParts {
  pool: Pool;
  keys: SigningKeys;
  /** The audience of access tokens. If undefined, it is derived from the URL of the gateway. */
  audience: string | undefined;
  /** The lifetime of an access token in seconds. */
  lifetime: number;
  findCredential: FindCredential;
  admission: Admission;
  countWrongSecret: WrongSecrets['count'];
  onAuthenticated: (credential: Credential) => void;
  onIssued: (credential: Credential) => void;
  onRefusal: (refusal: Refusal) => void;
  onOutcome: (outcome: Outcome) => void;
  log: Logger;
}

/** Turns off the features of oidc-provider that the gateway does not offer. */
const features = {
  claimsParameter: { enabled: false },
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  externalSigningSupport: { enabled: true, ack: 'experimental-01' },
  introspection: { enabled: true },
  pushedAuthorizationRequests: { enabled: false },
  resourceIndicators: { enabled: false },
  revocation: { enabled: true },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: false },
} as const;

/**
 * The storage of oidc-provider. It stores nothing, because the clients are service accounts and access tokens are
 * signed.
 */
class NoStorage {
  async find(): Promise<undefined> {}
}

/**
 * Creates an oidc-provider that signs with the current key. Its keys are fixed, so a new key requires a new provider.
 * @param url the URL of the gateway for its users
 */
export function createProviderListener(url: string, parts: ProviderParts): RequestListener {
  const { pool, keys, lifetime, audience = defaultAudience(url), log } = parts;
  const issuer = issuerOf(url);
  const key = keys.current();
  const provider = new Provider(issuer, {
    adapter: NoStorage as never,
    jwks: { keys: [new JwsSigner(key, () => keys.current())] },
    clientDefaults: { id_token_signed_response_alg: key.algorithm },
    clientAuthMethods: clientAuthenticationMethods,
    routes: paths,
    responseTypes: [],
    scopes: [],
    features,
    formats: {
      customizers: {
        jwt: (ctx, _token, { payload }) => {
          Object.assign(payload, ownClaims(credentialOf(ctx)));
        },
      },
    },
    // Errors are JSON, even for a browser that prefers HTML.
    renderError: (ctx, error) => {
      ctx.body = error;
    },
  });
  registerGrant(provider, { audience, lifetime, algorithm: key.algorithm }, parts.onIssued);
  // The grant must be registered first, because oidc-provider checks that it knows the grant types of a client.
  acceptClients(provider, currentContext, parts.findCredential, async (request, presented, credential) => {
    if (credential) parts.onAuthenticated(credential);
    await parts.admission.noteChecked(request, presented, credential !== undefined);
  });

  const countWrongSecret = ({ req }: KoaContextWithOIDC, clientId: string) =>
    parts.countWrongSecret(clientId, req.clientAddress);
  const verify = createTokenVerifier(issuer, keys);
  const handlers = {
    introspection: createIntrospection(pool, verify),
    revocation: createRevocation(pool, verify),
  };
  // Each middleware wraps the ones after it, and the last one wraps oidc-provider.
  const middleware = [
    reportOutcomes(parts),
    createErrorMapper({ issuer, countWrongSecret, log }),
    handleTokenRequests(handlers),
  ];
  for (const one of middleware) provider.use(one as never);
  collectFaults(provider, log);
  return provider.callback();
}

/** Returns the context of the current request. */
function currentContext(): KoaContextWithOIDC {
  const { ctx } = Provider;
  if (!ctx) throw new Error('The code runs outside of an OAuth request');
  return ctx;
}
