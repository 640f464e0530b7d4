import type Provider from 'oidc-provider';
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import type { Credential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { SigningAlgorithm } from '../../platform/auth/access-token-settings.js';
import { credentialOf } from './client-authentication.js';

interface GrantSettings {
  /** The audience of the tokens. */
  audience: string;
  /** The lifetime of the tokens in seconds. */
  lifetime: number;
  /** The algorithm of the current signing key. */
  algorithm: SigningAlgorithm;
}

/**
 * Registers the client credentials grant (RFC 6749, section 4.4), which issues access tokens in the format of RFC 9068.
 * The grant of oidc-provider knows only scopes that are fixed when it is created, and it ignores unknown scopes instead
 * of rejecting them.
 * @param onIssued is called for each token
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
    const scope = grantScope(params.scope, credential.permissions);
    const expiresIn = lifetimeFor(credential, lifetime);
    const token = new provider.ClientCredentials({ client, scope, resourceServer, expiresIn });
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

/**
 * Checks the resource that a request names (RFC 8707). The only resource is the audience of the access tokens, and a
 * request may omit it.
 * @throws InvalidTarget
 */
function requireAudience(resource: string | undefined, audience: string): void {
  if (resource !== undefined && resource !== audience)
    throw new errors.InvalidTarget(
      'the resource parameter must be omitted, or be the audience of the access tokens',
    );
}

/**
 * Returns the scope of a token (RFC 6749, section 3.3). Defaults to all permissions of the account.
 * @param requested permission names, separated by spaces
 * @throws InvalidScope for permissions that the account does not have, whether they exist or not
 */
function grantScope(requested: string | undefined, permissions: readonly string[]): string {
  if (requested === undefined) return permissions.join(' ');
  const names = [...new Set(requested.split(' '))];
  const ungranted = names.filter((name) => !permissions.includes(name));
  if (ungranted.length > 0) {
    throw new errors.InvalidScope(
      `the service account does not have these permissions: ${shorten(ungranted.join(' '))}`,
      requested,
    );
  }
  return names.join(' ');
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}...` : text);

/**
 * Returns the lifetime of a token in seconds. A token must expire no later than its account, because APIs check tokens
 * offline.
 */
function lifetimeFor({ expiresAt }: Credential, lifetime: number): number {
  if (!expiresAt) return lifetime;
  return Math.max(1, Math.min(lifetime, Math.floor((expiresAt.getTime() - Date.now()) / 1000)));
}
