import { invalidRequest, OAuthError } from './oauth-error.js';
import type { Form } from './read-form.js';

/** The grant type of a token exchange (RFC 8693, section 2.1). */
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The type of the tokens that an exchange returns (RFC 8693, section 3). */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * The types that a workload's token may have (RFC 8693, section 3). All of them are JWTs here. Which of the names a
 * client uses depends on what its platform calls the token.
 */
const subjectTokenTypes = [
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
  accessTokenType,
];

/**
 * Reads what a client presents for a token exchange. The subject token takes the place of a client authentication, so
 * the client only names itself (RFC 8693, section 2.1).
 * @throws OAuthError invalid_request
 */
export function readExchange(form: Form): { clientId: string; token: string } {
  const [clientId, token] = [form.get('client_id'), form.get('subject_token')];
  if (!clientId) {
    throw invalidRequest(
      'the parameter client_id is required for a token exchange; it names the service account that trusts the workload',
    );
  }
  if (!token) throw invalidRequest('the parameter subject_token is required for a token exchange');
  if (!subjectTokenTypes.includes(form.get('subject_token_type') ?? ''))
    throw invalidRequest(`subject_token_type must be one of ${subjectTokenTypes.join(', ')}`);
  if (form.has('actor_token') || form.has('actor_token_type'))
    throw invalidRequest('actor_token is not supported; a workload acts for itself');
  if ((form.get('requested_token_type') ?? accessTokenType) !== accessTokenType)
    throw invalidRequest(`requested_token_type must be ${accessTokenType}, or omitted`);
  return { clientId, token };
}

/** Creates the error for a subject token that is not accepted (RFC 8693, section 2.2.2). */
export const invalidSubjectToken = (description: string, extras?: OAuthError['extras']): OAuthError =>
  new OAuthError(400, 'invalid_request', description, extras);
