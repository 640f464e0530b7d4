import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAllowedAddresses } from '../../../features/service-accounts/sign-in/allowed-addresses.js';
import type { Credential } from '../../../features/service-accounts/sign-in/credential.js';
import type { MachineLimits } from '../../../platform/rate-limits/rate-limits.js';
import { invalidClient, OAuthError, tooManyRequests } from '../oauth-error.js';
import type { Form } from '../read-form.js';
import type { ReadProof } from './methods.js';
import type { EndpointName } from './proof.js';

/** Authenticates the client of a request. @throws OAuthError */
export type AuthenticateClient = (
  request: IncomingMessage,
  response: ServerResponse,
  form: Form,
  endpoint: EndpointName,
) => Promise<Credential>;

/**
 * Creates the function that authenticates clients. A request counts for a client only if the client has certainly sent
 * it. Otherwise anyone who knows a client ID could use up the limit of its machine. What is not yet known is checked,
 * unless the address has sent too many wrong credentials; its first success counts for the client, too. From an address
 * that its account does not allow, a right credential is treated like a wrong one, and the response is the same.
 */
export function createClientAuthentication(readProof: ReadProof, limits: MachineLimits): AuthenticateClient {
  const addresses = createAllowedAddresses();

  async function countForClient(response: ServerResponse, clientId: string, endpoint: EndpointName) {
    const seconds = await limits.client(response, clientId);
    return seconds === undefined && endpoint === 'revoke' ? limits.revocations(response, clientId) : seconds;
  }

  return async (request, response, form, endpoint) => {
    const proof = readProof(request.headers, form, endpoint);
    const { clientId, rejection = failed } = proof;
    const { clientAddress } = request;
    const isKnown = (await proof.isKnown()) && addresses.mayAllow(clientId, clientAddress);
    const seconds = isKnown
      ? await countForClient(response, clientId, endpoint)
      : limits.wrongSecrets.refuseUnknown(clientId, clientAddress);
    if (seconds !== undefined) throw isKnown ? tooManyRequests(seconds) : tooManyFailures(seconds);

    const credential = await proof.check();
    const reason =
      typeof credential === 'string'
        ? credential
        : (credential.rejectedBecause ?? addresses.reject(credential, clientAddress));
    if (typeof credential !== 'string' && reason === null) {
      if (!isKnown) await countForClient(response, clientId, endpoint);
      return credential;
    }
    if (isKnown && reason === 'address_not_allowed') limits.hideClient(response);
    const wait = await limits.wrongSecrets.count(clientId, clientAddress);
    const extras = { clientId, reason: reason ?? undefined };
    throw wait === undefined ? rejection(extras) : tooManyFailures(wait, extras);
  };
}

const failed = (extras: OAuthError['extras']) => invalidClient('client authentication failed', extras);

const tooManyFailures = (seconds: number, extras?: OAuthError['extras']): OAuthError =>
  new OAuthError(
    429,
    'invalid_client',
    'client authentication failed too often; retry after the number of seconds in the retry-after header',
    { ...extras, headers: { 'retry-after': `${seconds}` } },
  );
