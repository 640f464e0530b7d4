import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  Credential,
  FindCredential,
} from '../../../features/service-accounts/sign-in/find-credential.js';
import type { MachineLimits } from '../../../platform/rate-limits/rate-limits.js';
import { invalidClient, OAuthError, tooManyRequests } from '../oauth-error.js';
import type { Form } from '../read-form.js';
import { KnownSecrets } from './known-secrets.js';
import { readCredentials } from './methods.js';

/**
 * Authenticates the client of a request, at every endpoint.
 * @param isRevocation whether the request also counts for the limit of revocations
 * @throws OAuthError
 */
export type AuthenticateClient = (
  request: IncomingMessage,
  response: ServerResponse,
  form: Form,
  isRevocation: boolean,
) => Promise<Credential>;

/**
 * Creates the function that authenticates clients. Requests count for a client only if their secret is known to be its
 * secret. Otherwise anyone who knows a client ID could use up the limit of its machine. A secret that is not yet known
 * is looked up, unless the address has sent too many wrong secrets; its first success counts for the client, too.
 */
export function createClientAuthentication(
  findCredential: FindCredential,
  limits: MachineLimits,
): AuthenticateClient {
  const known = new KnownSecrets();

  async function countForClient(response: ServerResponse, clientId: string, isRevocation: boolean) {
    const seconds = await limits.client(response, clientId);
    return seconds === undefined && isRevocation ? limits.revocations(response, clientId) : seconds;
  }

  return async (request, response, form, isRevocation) => {
    const { clientId, secret } = readCredentials(request.headers, form);
    const key = known.keyOf(clientId, secret);
    const isKnown = known.has(key);
    const seconds = isKnown
      ? await countForClient(response, clientId, isRevocation)
      : limits.wrongSecrets.refuseUnknown(clientId, request.clientAddress);
    if (seconds !== undefined) throw isKnown ? tooManyRequests(seconds) : tooManyWrongSecrets(seconds);

    // The client ID is compared here and not in the database, so an unknown client ID is rejected by the same steps and
    // in the same time as a wrong secret.
    const found = await findCredential(secret);
    const credential = found?.clientId === clientId ? found : undefined;
    if (credential && credential.rejectedBecause === null) {
      known.add(key);
      if (!isKnown) await countForClient(response, clientId, isRevocation);
      return credential;
    }
    known.delete(key);
    const wait = await limits.wrongSecrets.count(clientId, request.clientAddress);
    const extras = { clientId, reason: credential?.rejectedBecause ?? ('wrong_secret' as const) };
    throw wait === undefined
      ? invalidClient('client authentication failed', extras)
      : tooManyWrongSecrets(wait, extras);
  };
}

const tooManyWrongSecrets = (seconds: number, extras?: OAuthError['extras']): OAuthError =>
  new OAuthError(
    429,
    'invalid_client',
    'client authentication failed too often; retry after the number of seconds in the retry-after header',
    { ...extras, headers: { 'retry-after': `${seconds}` } },
  );
