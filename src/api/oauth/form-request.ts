import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Credential } from '../../features/service-accounts/sign-in/credential.js';
import {
  type Refusal,
  type RefusalReason,
  reasonOf,
} from '../../features/service-accounts/sign-in/refusals.js';
import { describeRequest } from '../../platform/http/request-info.js';
import { headerFault } from '../../platform/http/single-headers.js';
import type { MachineLimits } from '../../platform/rate-limits/rate-limits.js';
import type { AuthenticateClient } from './authentication/authenticate-client.js';
import type { EndpointName } from './authentication/proof.js';
import { invalidRequest, toOAuthError, tooManyRequests } from './oauth-error.js';
import { type Form, readForm } from './read-form.js';
import { sendEmpty, sendError, sendJson } from './send-response.js';

/** A request of a client that has authenticated. */
interface ClientRequest {
  form: Form;
  client: Credential;
  request: IncomingMessage;
}

/**
 * Responds to a request of a client.
 * @returns the JSON of the response, or undefined for an empty response
 * @throws OAuthError
 */
export type Respond = (request: ClientRequest) => Promise<object | undefined>;

/** The result of a request, for the metrics. */
export interface Outcome {
  /** `OK`, or the code of the error. */
  code: string;
  /** The reason why a client was rejected. The client does not see it. */
  reason?: RefusalReason;
  seconds: number;
}

/** An endpoint that takes a form from a client. */
export interface FormEndpoint {
  name: EndpointName;
  respond: Respond;
}

interface FormRequestParts {
  issuer: string;
  limitAddress: MachineLimits['address'];
  authenticate: AuthenticateClient;
  onAuthenticated: (credential: Credential) => void;
  onRefusal: (refusal: Refusal) => void;
  onOutcome: (endpoint: FormEndpoint['name'], outcome: Outcome) => void;
  log: Logger;
}

/** Creates the steps that requests with a form pass at every endpoint. */
export function createFormRequests({
  issuer,
  limitAddress,
  authenticate,
  onAuthenticated,
  onRefusal,
  onOutcome,
  log,
}: FormRequestParts) {
  const challenge = `Basic realm="${issuer}", charset="UTF-8"`;

  return async (
    { name, respond }: FormEndpoint,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const start = performance.now();
    const report = (code: string, reason?: RefusalReason) =>
      onOutcome(name, { code, reason, seconds: (performance.now() - start) / 1000 });
    let client: Credential | undefined;
    try {
      const seconds = await limitAddress(response, request.clientAddress);
      if (seconds !== undefined) throw tooManyRequests(seconds);
      requireFormHeaders(request);
      const form = await readForm(request, response);
      client = await authenticate(request, response, form, name);
      onAuthenticated(client);
      const body = await respond({ form, client, request });
      if (body) sendJson(response, 200, body);
      else sendEmpty(response);
      report('OK');
    } catch (thrown) {
      const error = toOAuthError(thrown, request.requestId, log);
      sendError(response, error, challenge);
      const { reason = client && reasonOf(error.code), clientId = client?.clientId } = error.extras;
      report(error.code, reason);
      if (reason && clientId !== undefined)
        onRefusal({ clientId, reason, request: describeRequest(request) });
    }
  };
}

/** @throws OAuthError invalid_request */
function requireFormHeaders(request: IncomingMessage): void {
  const fault = headerFault(request);
  if (fault) throw invalidRequest(fault.join(': '));
  const encoding = request.headers['content-encoding'] || 'identity';
  // Content codings are not case-sensitive (RFC 9110, section 8.4.1). Section 15.5.16 recommends the response header.
  if (encoding.toLowerCase() !== 'identity') {
    throw invalidRequest('the request body must not have a content-encoding', 415, {
      'accept-encoding': 'identity',
    });
  }
}

/** Returns the token that a request is about. @throws OAuthError invalid_request */
export function requireToken(form: Form): string {
  const token = form.get('token');
  if (token === undefined) throw invalidRequest('the parameter token is required');
  return token;
}
