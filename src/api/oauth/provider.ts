import type { IncomingMessage, RequestListener } from 'node:http';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Credential, FindCredential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { Refusal } from '../../features/service-accounts/sign-in/refusals.js';
import { defaultAudience, issuerOf } from '../../platform/auth/access-token-settings.js';
import type { RequestInfo } from '../../platform/context.js';
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
  /** The audience of access tokens; undefined for the default one, which follows from the URL of the gateway. */
  audience: string | undefined;
  /** Seconds for which an access token is valid. */
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

/** Turns off what oidc-provider has beside the endpoints that are served here. */
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

/** The storage of a provider that stores nothing: clients are service accounts, and access tokens are signed. */
class NoStorage {
  async find(): Promise<undefined> {}
}

/**
 * Creates an oidc-provider that signs with the current key. Its keys are fixed, so a new key takes a new provider.
 * @param url under which its users reach the gateway
 */
export function createProviderListener(url: string, parts: ProviderParts): RequestListener {
  const { pool, keys, lifetime, audience = defaultAudience(url), addressOf, log } = parts;
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
  // Clients come after the grant: the library checks that it knows the grant types of a client.
  acceptClients(provider, currentContext, parts.findCredential);

  const describeRequest = ({ req }: KoaContextWithOIDC): RequestInfo => ({
    requestId: req.requestId,
    ip: addressOf(req) ?? null,
    userAgent: req.headers['user-agent']?.slice(0, 255) ?? null,
  });
  const countWrongSecret = (ctx: KoaContextWithOIDC, clientId: string) =>
    parts.countWrongSecret(clientId, addressOf(ctx.req) ?? '');
  const verify = createTokenVerifier(issuer, keys);
  const handlers = {
    introspection: createIntrospection(pool, verify),
    revocation: createRevocation(pool, verify),
  };
  // Each goes around those after it, and the last one around the library.
  const middleware = [
    reportOutcomes({ ...parts, describeRequest }),
    createErrorMapper({ issuer, countWrongSecret, log }),
    handleTokenRequests(handlers, describeRequest),
  ];
  for (const one of middleware) provider.use(one as never);
  collectFaults(provider, log);
  return provider.callback();
}

/** Returns the context of the request that is being served. */
function currentContext(): KoaContextWithOIDC {
  const { ctx } = Provider;
  if (!ctx) throw new Error('The code runs outside of an OAuth request');
  return ctx;
}
