import type { Credential } from '../../features/service-accounts/sign-in/credential.js';
import type { Respond } from './form-request.js';
import { invalidRequest, OAuthError } from './oauth-error.js';
import { accessTokenType, tokenExchange } from './token-exchange.js';
import type { IssueToken } from './tokens/access-token.js';

/** The grant types, each with what its response contains in addition. */
const grants: Readonly<Record<string, object>> = {
  client_credentials: {},
  [tokenExchange]: { issued_token_type: accessTokenType },
};

/**
 * Creates the token endpoint (RFC 6749, section 3.2) with the client credentials grant (section 4.4) and the token
 * exchange (RFC 8693).
 * @param audience the audience of the access tokens
 * @param onIssued is called for each token
 */
export function createTokenEndpoint(
  audience: string,
  issue: IssueToken,
  onIssued: (credential: Credential) => void,
): Respond {
  return async ({ form, client }) => {
    const grant = grantOf(form.get('grant_type'));
    requireResource(form.get('resource'), audience);
    const scope = grantScope(form.get('scope'), client.permissions);
    const { token, expiresIn } = await issue(client, scope);
    onIssued(client);
    return {
      access_token: token,
      ...grant,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(scope && { scope }),
    };
  };
}

/** @throws OAuthError invalid_request or unsupported_grant_type */
function grantOf(grantType: string | undefined): object {
  if (grantType === undefined) throw invalidRequest('the parameter grant_type is required');
  const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined;
  if (grant) return grant;
  const known = Object.keys(grants).join(' or ');
  throw new OAuthError(400, 'unsupported_grant_type', `grant_type must be ${known}`);
}

/**
 * Checks the resource that a request names (RFC 8707). The only resource is the audience of the access tokens, and a
 * request may omit it.
 * @throws OAuthError invalid_target
 */
function requireResource(resource: string | undefined, audience: string): void {
  if (resource === undefined || resource === audience) return;
  throw new OAuthError(
    400,
    'invalid_target',
    'the resource parameter must be omitted, or be the audience of the access tokens',
  );
}

/** Scope tokens with single spaces between them (RFC 6749, appendix A.4). */
const scopeSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * Returns the scope of a token (RFC 6749, section 3.3). Defaults to all permissions of the account.
 * @param requested permission names, separated by spaces
 * @throws OAuthError invalid_scope for permissions that the account does not have, whether they exist or not
 */
function grantScope(requested: string | undefined, permissions: readonly string[]): string {
  if (requested === undefined) return permissions.join(' ');
  if (!scopeSyntax.test(requested)) {
    throw new OAuthError(
      400,
      'invalid_scope',
      'scope must consist of permission names with single spaces between them, and no other white space',
    );
  }
  const names = [...new Set(requested.split(' '))];
  const ungranted = names.filter((name) => !permissions.includes(name));
  if (ungranted.length > 0) {
    throw new OAuthError(
      400,
      'invalid_scope',
      `the service account does not have these permissions: ${shorten(ungranted.join(' '))}`,
    );
  }
  return names.join(' ');
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}...` : text);
