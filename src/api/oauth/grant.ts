import type Provider from 'oidc-provider';
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import type { Credential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { SigningAlgorithm } from '../../platform/auth/access-token-settings.js';
import { credentialOf } from './client.js';
import { grantedScope } from './scope.js';

export interface GrantSettings {
  /** What tokens are for. */
  audience: string;
  /** Seconds. */
  lifetime: number;
  /** Of the key that signs now. */
  algorithm: SigningAlgorithm;
}

/** What the gateway's tokens tell beside what the library puts into each. */
export interface OwnClaims {
  /** The public id of the account. */
  sub: string;
  tenant_id: string;
  /** The public id of the secret that got it. */
  credential_id: string;
  /** The account's token generation when it was issued (migration 20261128-tokens). */
  gen: number;
}

export const ownClaims = (credential: Credential): OwnClaims => ({
  sub: `sa-${credential.accountId}`,
  tenant_id: credential.tenantId,
  credential_id: `secret-${credential.secretId}`,
  gen: credential.tokenGeneration,
});

/**
 * The grant for machines (RFC 6749, section 4.4): an access token of RFC 9068. The library has one of its own, which
 * takes scopes that are fixed from the start, and leaves out in silence what it does not know.
 * @param onIssued told of each token
 */
export function registerGrant(
  provider: Provider,
  { audience, lifetime, algorithm }: GrantSettings,
  onIssued: (credential: Credential) => void,
): void {
  const resourceServer = new provider.ResourceServer(audience, {
    audience,
    scope: '',
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: algorithm } },
  });
  const grant = async (ctx: TokenEndpointGrantContext<{ scope?: string; resource?: string }>) => {
    const credential = credentialOf(ctx);
    const { client, params } = ctx.oidc;
    requireAudience(params.resource, audience);
    const scope = grantedScope(params.scope, credential.permissions);
    const expiresIn = secondsFor(credential, lifetime);
    const token = new provider.ClientCredentials({
      client,
      scope,
      resourceServer,
      expiresIn,
    });
    const value = await token.save();
    onIssued(credential);
    ctx.body = {
      access_token: value,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(scope && { scope }),
    };
  };
  provider.registerGrantType('client_credentials', grant, ['scope', 'resource']);
}

/** RFC 8707: there is one resource, and it may be named. */
function requireAudience(resource: string | undefined, audience: string): void {
  if (resource !== undefined && resource !== audience) throw new errors.InvalidTarget('unknown resource');
}

/** A token ends with its account at the latest: who checks it offline asks nobody. */
function secondsFor({ expiresAt }: Credential, lifetime: number): number {
  if (!expiresAt) return lifetime;
  return Math.max(1, Math.min(lifetime, Math.floor((expiresAt.getTime() - Date.now()) / 1000)));
}
