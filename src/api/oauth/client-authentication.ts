import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Credential, FindCredential } from '../../features/service-accounts/sign-in/find-credential.js';
import type { OAuthError } from './error-response.js';
import type { PresentedCredentials } from './known-secrets.js';

/** The client authentication methods (RFC 6749, section 2.3.1), by their registered names. */
export const clientAuthenticationMethods: ('client_secret_basic' | 'client_secret_post')[] = [
  'client_secret_basic',
  'client_secret_post',
];

/** The client metadata that oidc-provider requires before it checks the secret. */
const clientMetadata = {
  client_id: 'any',
  client_secret: 'any',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
} as const;

/**
 * Receives the result of each client authentication, at every endpoint.
 * @param credential undefined if the client did not authenticate
 */
type OnChecked = (
  request: IncomingMessage,
  presented: PresentedCredentials,
  credential: Credential | undefined,
) => Promise<void>;

/**
 * Makes service accounts the clients of oidc-provider. For oidc-provider, every client ID exists. An unknown client ID
 * is therefore rejected by the same steps and in the same time as a wrong secret. All clients inherit from one object,
 * because oidc-provider would check the metadata of each new client, which takes as long as issuing a token.
 */
export function acceptClients(
  provider: Provider,
  currentContext: () => KoaContextWithOIDC,
  findCredential: FindCredential,
  onChecked: OnChecked,
): void {
  const { Client } = provider;
  // The types of oidc-provider omit the parameters of this constructor.
  const prototype: object = Reflect.construct(Client, [clientMetadata]);
  Client.find = async (id: string) => {
    const client = Object.create(prototype);
    client.clientId = id;
    return client;
  };
  Client.prototype.compareClientSecret = async function compareClientSecret(secret: string) {
    const context = currentContext();
    const { clientId } = this;
    const credential = await checkSecret(context.state, clientId, secret, findCredential);
    await onChecked(context.req, { clientId, secret }, credential);
    return credential !== undefined;
  };
}

/**
 * Checks the secret of a client. Afterwards the state of the request contains the credential, or the reason of the
 * rejection. The client does not see this reason.
 * @returns undefined if the secret is rejected
 */
async function checkSecret(
  state: KoaContextWithOIDC['state'],
  clientId: string,
  secret: string,
  findCredential: FindCredential,
): Promise<Credential | undefined> {
  const found = await findCredential(secret);
  const credential = found?.clientId === clientId ? found : undefined;
  const refused = credential ? credential.rejectedBecause : 'wrong_secret';
  Object.assign(state, refused ? { refused } : { credential });
  return refused === null ? credential : undefined;
}

/** Returns the credential with which the client of a request authenticated. */
export const credentialOf = ({ state }: KoaContextWithOIDC): Credential => state.credential;

/**
 * The error descriptions of oidc-provider for a request without client authentication that it can check, each with the
 * description that the client gets instead.
 */
const unauthenticatedDescriptions = new Map([
  [
    'no client authentication mechanism provided',
    'send the client ID and the client secret with HTTP Basic authentication, or as client_id and client_secret in the body',
  ],
  [
    'invalid authorization header value format',
    'the authorization header must be Basic and the base64 encoding of the client ID, a colon and the client secret',
  ],
  [
    'client_id and client_secret in the authorization header are not properly encoded',
    'the client ID and the client secret must be form-encoded before base64 (RFC 6749, section 2.3.1)',
  ],
  [
    'client_secret must be provided in the Authorization header',
    'the authorization header contains no client secret',
  ],
]);

/**
 * Returns the error description for a request that has no client authentication, or uses an unsupported method.
 * oidc-provider reports that as `invalid_request`, but RFC 6749, section 5.2, defines `invalid_client` for it.
 * @returns undefined for any other error
 */
export function whyUnauthenticated(fault: unknown): string | undefined {
  const { error, error_description: description = '' } = (fault ?? {}) as Partial<OAuthError>;
  return error === 'invalid_request' ? unauthenticatedDescriptions.get(description) : undefined;
}
