import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Credential } from '../../features/service-accounts/sign-in/find-credential.js';

/** Whether the secret is the client's, and lets it in. What it belongs to is kept with the request. */
export type CheckSecret = (ctx: KoaContextWithOIDC, clientId: string, secret: string) => Promise<boolean>;

/** All that the library needs to know of a client before its secret is looked at. */
const metadata = {
  client_id: 'any',
  client_secret: 'any',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
} as const;

/**
 * Lets service accounts be the provider's clients. To it there is every client id, whose secret is then wrong or right:
 * one that nobody has is refused by the same steps as a wrong secret, in the same time. One object stands behind all
 * of them, since the library checks the metadata of each client that it makes, which takes as long as the token.
 */
export function acceptClients(
  provider: Provider,
  currentContext: () => KoaContextWithOIDC,
  check: CheckSecret,
) {
  const { Client } = provider;
  // Its types leave out what its constructor takes.
  const any: object = Reflect.construct(Client, [metadata]);
  Client.find = async (id: string) => {
    const client = Object.create(any);
    client.clientId = id;
    return client;
  };
  Client.prototype.compareClientSecret = function compareClientSecret(secret: string) {
    return check(currentContext(), this.clientId, secret);
  };
}

/** What the client of a request has authenticated with. */
export const credentialOf = ({ state }: KoaContextWithOIDC): Credential => state.credential;
