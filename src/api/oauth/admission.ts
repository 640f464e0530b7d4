import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MachineLimits } from '../../platform/rate-limits/rate-limits.js';
import type { OAuthError } from './error-response.js';
import { KnownSecrets, type PresentedCredentials } from './known-secrets.js';
import { presentedCredentials } from './presented-credentials.js';

/** The limits that a request to an OAuth 2.0 endpoint passes before oidc-provider and the database. */
export interface Admission {
  /** Admits a request by its address, before its form is read. @returns the error to send, or undefined */
  admitAddress(request: IncomingMessage, response: ServerResponse): Promise<OAuthError | undefined>;
  /** Admits a request by its credentials, which nobody has checked yet. @returns the error to send, or undefined */
  admitClient(
    request: IncomingMessage,
    response: ServerResponse,
    form: Buffer,
    isRevocation: boolean,
  ): Promise<OAuthError | undefined>;
  /** Notes the result of checking the credentials that a request presents. */
  noteChecked(request: IncomingMessage, credentials: PresentedCredentials, accepted: boolean): Promise<void>;
}

/**
 * Creates the admission. Requests count for a client only if their secret is known to be its secret. Otherwise anyone
 * who knows a client ID could use up the limit of its machine. A secret that is not yet known is looked up, unless the
 * address has sent too many wrong secrets; its first success counts for the client, too.
 */
export function createAdmission(limits: MachineLimits): Admission {
  const known = new KnownSecrets();
  /** Requests with an unknown secret. Each has the function that counts it for its client. */
  const uncounted = new WeakMap<IncomingMessage, () => Promise<number | undefined>>();

  async function countForClient(response: ServerResponse, clientId: string, isRevocation: boolean) {
    const seconds = await limits.client(response, clientId);
    return seconds === undefined && isRevocation ? limits.revocations(response, clientId) : seconds;
  }

  return {
    admitAddress: async (request, response) => {
      const seconds = await limits.address(response, request.clientAddress);
      return seconds === undefined ? undefined : tooManyRequests(seconds);
    },
    admitClient: async (request, response, form, isRevocation) => {
      const credentials = presentedCredentials(request, form);
      if (!credentials) return undefined;
      const count = () => countForClient(response, credentials.clientId, isRevocation);
      if (known.has(credentials)) {
        const seconds = await count();
        return seconds === undefined ? undefined : tooManyRequests(seconds);
      }
      const seconds = limits.wrongSecrets.refuseUnknown(credentials.clientId, request.clientAddress);
      if (seconds !== undefined) return tooManyWrongSecrets(seconds);
      uncounted.set(request, count);
      return undefined;
    },
    noteChecked: async (request, credentials, accepted) => {
      if (!accepted) known.delete(credentials);
      else if (known.add(credentials)) await uncounted.get(request)?.();
    },
  };
}

/**
 * Creates the error of a limit. RFC 6749, section 5.2, has no code for it. RFC 8628, section 3.5, registers this code
 * for clients that send requests too often.
 */
const tooManyRequests = (seconds: number): OAuthError => ({
  status: 429,
  error: 'slow_down',
  error_description: 'too many requests; retry after the number of seconds in the retry-after header',
  headers: { 'retry-after': `${seconds}` },
});

export const tooManyWrongSecrets = (seconds: number): OAuthError => ({
  status: 429,
  error: 'invalid_client',
  error_description:
    'client authentication failed too often; retry after the number of seconds in the retry-after header',
  headers: { 'retry-after': `${seconds}` },
});
