import type { Credential } from '../../features/service-accounts/sign-in/credential.js';
import type { Respond } from './form-request.js';
import { invalidRequest, OAuthError } from './oauth-error.js';
import type { Form } from './read-form.js';
import type { ChooseTargets } from './targets/choose-targets.js';
import { accessTokenType, tokenExchange } from './token-exchange.js';
import type { IssueToken } from './tokens/access-token.js';

interface Grant {
  /** Returns the audiences that a request names. */
  targets(form: Form): readonly string[];
  /** What the response contains in addition. */
  adds: object;
}

/** The grant types. A token exchange may name its audiences by either parameter (RFC 8693, section 2.1). */
const grants: Readonly<Record<string, Grant>> = {
  client_credentials: { targets: ({ resources }) => resources, adds: {} },
  [tokenExchange]: {
    targets: ({ resources, audiences }) => [...resources, ...audiences],
    adds: { issued_token_type: accessTokenType },
  },
};

/**
 * Creates the token endpoint (RFC 6749, section 3.2) with the client credentials grant (section 4.4) and the token
 * exchange (RFC 8693).
 * @param onIssued is called for each token
 */
export function createTokenEndpoint(
  chooseTargets: ChooseTargets,
  issue: IssueToken,
  onIssued: (credential: Credential) => void,
): Respond {
  return async ({ form, client }) => {
    const grant = grantOf(form.get('grant_type'));
    const target = await chooseTargets(grant.targets(form), form.get('scope'), client);
    const { token, expiresIn } = await issue(client, target);
    onIssued(client);
    return {
      access_token: token,
      ...grant.adds,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(target.scope && { scope: target.scope }),
    };
  };
}

/** @throws OAuthError invalid_request or unsupported_grant_type */
function grantOf(grantType: string | undefined): Grant {
  if (grantType === undefined) throw invalidRequest('the parameter grant_type is required');
  const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined;
  if (grant) return grant;
  const known = Object.keys(grants).join(' or ');
  throw new OAuthError(400, 'unsupported_grant_type', `grant_type must be ${known}`);
}
