import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Credential, FindCredential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { OAuthError } from './error-response.js';

/** The methods that clients may use (RFC 6749, section 2.3.1), by their registered names. */
export const clientAuthenticationMethods: ('client_secret_basic' | 'client_secret_post')[] = [
  'client_secret_basic',
  'client_secret_post',
];

/** The metadata that oidc-provider requires of a client before it checks the secret. */
const clientMetadata = {
  client_id: 'any',
  client_secret: 'any',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
} as const;

/**
 * Makes service accounts the clients of a provider. The provider is told that every client id exists, so that an
 * unknown client id is refused by the same steps as a wrong secret, in the same time. All clients inherit from one
 * object, because the library would check the metadata of each new one, which takes as long as the token itself.
 */
export function acceptClients(
  provider: Provider,
  currentContext: () => KoaContextWithOIDC,
  findCredential: FindCredential,
): void {
  const { Client } = provider;
  // The types of the library leave out the parameters of this constructor.
  const prototype: object = Reflect.construct(Client, [clientMetadata]);
  Client.find = async (id: string) => {
    const client = Object.create(prototype);
    client.clientId = id;
    return client;
  };
  Client.prototype.compareClientSecret = function compareClientSecret(secret: string) {
    return checkSecret(currentContext(), this.clientId, secret, findCredential);
  };
}

/**
 * Checks the secret of a client. The state of the request then holds the credential, or the reason of the refusal,
 * which the client does not learn.
 */
async function checkSecret(
  { state }: KoaContextWithOIDC,
  clientId: string,
  secret: string,
  findCredential: FindCredential,
): Promise<boolean> {
  const found = await findCredential(secret);
  const credential = found?.clientId === clientId ? found : undefined;
  const refused = credential ? credential.rejectedBecause : 'wrong_secret';
  Object.assign(state, refused ? { refused } : { credential });
  return refused === null;
}

/** Returns the credential that the client of a request has authenticated with. */
export const credentialOf = ({ state }: KoaContextWithOIDC): Credential => state.credential;

/** The descriptions that oidc-provider gives to a request without client authentication that it could check. */
const unauthenticatedDescriptions = new Set([
  'no client authentication mechanism provided',
  'invalid authorization header value format',
  'client_id and client_secret in the authorization header are not properly encoded',
  'client_secret must be provided in the Authorization header',
]);

/**
 * Returns whether the request has no client authentication, or one by an unsupported method. The library reports that
 * as `invalid_request`; by RFC 6749, section 5.2, it is `invalid_client`.
 */
export function isUnauthenticated(fault: unknown): fault is OAuthError {
  const { error, error_description: description = '' } = (fault ?? {}) as Partial<OAuthError>;
  return error === 'invalid_request' && unauthenticatedDescriptions.has(description);
}
