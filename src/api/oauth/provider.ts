import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { Credential } from '../../features/service-accounts/sign-in/find-credential.js';
import { acceptClients, type CheckSecret, credentialOf } from './client.js';
import { ownClaims, registerGrant } from './grant.js';
import type { SigningKey } from './keys/key-ring.js';
import { paths } from './paths.js';
import { OwnSigningKey } from './signing-key.js';

export interface ProviderParts {
  issuer: string;
  audience: string;
  /** Seconds. */
  lifetime: number;
  key: SigningKey;
  /** Throws where this gateway has no key that is published any more. */
  requireKey: () => void;
  checkSecret: CheckSecret;
  /** Told of each token. */
  onIssued: (credential: Credential) => void;
  /** Goes around whatever the library does, the first one outermost. */
  middleware: ((ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void>)[];
}

/** The library stores nothing here: clients are service accounts (client.ts), and tokens are signed. */
class NoStore {
  async find(): Promise<undefined> {}
}

/** An OAuth 2.0 server for machines, on oidc-provider, with one key: for the next one there is the next server. */
export function createProvider({
  issuer,
  key,
  requireKey,
  checkSecret,
  onIssued,
  middleware,
  ...grant
}: ProviderParts) {
  const provider = new Provider(issuer, {
    adapter: NoStore as never,
    jwks: { keys: [new OwnSigningKey(key, requireKey)] },
    clientDefaults: { id_token_signed_response_alg: key.algorithm },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    routes: paths,
    responseTypes: [],
    scopes: [],
    features: {
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
    },
    formats: {
      customizers: {
        jwt: (ctx, _token, { payload }) => {
          Object.assign(payload, ownClaims(credentialOf(ctx)));
        },
      },
    },
    // Answers are JSON, whatever a browser would rather have.
    renderError: (ctx, out) => {
      ctx.body = out;
    },
  });
  registerGrant(provider, { ...grant, algorithm: key.algorithm }, onIssued);
  // After the grant, without which the library would not know what a client is for.
  acceptClients(provider, currentContext, checkSecret);
  for (const one of middleware) provider.use(one as never);
  return provider;
}

/** Of the request that is being served. */
function currentContext(): KoaContextWithOIDC {
  const { ctx } = Provider;
  if (!ctx) throw new Error('not within a request');
  return ctx;
}
