import type { IncomingHttpHeaders } from 'node:http';
import { invalidClient, invalidRequest } from '../oauth-error.js';
import type { Form } from '../read-form.js';
import { invalidSubjectToken, readExchange, tokenExchange } from '../token-exchange.js';
import { isOfWorkload, readAssertion } from './assertion.js';
import type { ProveByKey } from './key-proof.js';
import type { EndpointName, Proof } from './proof.js';
import type { ProveBySecret } from './secret-proof.js';
import type { ProveByTrust } from './trust-proof.js';

/** A client authentication method (RFC 6749, section 2.3). */
interface Method {
  /** Returns whether a request uses this method. */
  isUsed(headers: IncomingHttpHeaders, form: Form, endpoint: EndpointName): boolean;
  /** Reads the credentials without checking them. @throws OAuthError */
  read(headers: IncomingHttpHeaders, form: Form, provers: Provers): Proof;
}

interface Provers {
  bySecret: ProveBySecret;
  byKey: ProveByKey;
  byTrust: ProveByTrust;
  /** The issuers of workloads. */
  workloadIssuers: ReadonlySet<string>;
  /** The identifiers of this server, the issuer first. An assertion must be for at least one of them. */
  audiences: readonly string[];
}

const missing =
  'send the client ID and the client secret with HTTP Basic authentication, or as client_id and client_secret in the body, or send a client_assertion';
const malformed =
  'the authorization header must be Basic and the base64 encoding of the client ID, a colon and the client secret';

const unprintable = 'the client ID and the client secret must contain only printable ASCII characters';
/** A client ID or a client secret (RFC 6749, appendices A.1 and A.2). */
const printable = /^[\x20-\x7e]*$/;

/** The only type of assertion (RFC 7523, section 2.2). */
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * The methods by their registered names (RFC 7591, section 2; OpenID Connect Core 1.0, section 9). A workload sends the
 * token of its issuer in the same parameters as a client that signs its assertions itself.
 */
const registered: Record<string, Method> = {
  client_secret_basic: {
    isUsed: ({ authorization }) => authorization !== undefined,
    read: ({ authorization = '' }, _form, { bySecret }) => bySecret(...readBasic(authorization)),
  },
  client_secret_post: {
    isUsed: (_headers, form) => form.has('client_secret'),
    read: (_headers, form, { bySecret }) => {
      const [clientId, secret] = [form.get('client_id'), form.get('client_secret')];
      if (!clientId || !secret) throw invalidClient(missing);
      if (!printable.test(clientId + secret)) throw invalidClient(unprintable);
      return bySecret(clientId, secret);
    },
  },
  private_key_jwt: {
    isUsed: (_headers, form) => form.has('client_assertion') || form.has('client_assertion_type'),
    read: (_headers, form, { byKey, byTrust, workloadIssuers, audiences }) => {
      if (form.get('client_assertion_type') !== jwtBearer)
        throw invalidClient(`client_assertion_type must be ${jwtBearer}`);
      const assertion = form.get('client_assertion');
      if (!assertion) throw invalidClient('the parameter client_assertion is required');
      const clientId = form.get('client_id');
      return clientId !== undefined && isOfWorkload(assertion, clientId, workloadIssuers)
        ? byTrust({ clientId, token: assertion, parameter: 'client_assertion', reject: invalidClient })
        : byKey(readAssertion(assertion, audiences));
    },
  },
};

/** The names of the methods, for the metadata. */
export const clientAuthenticationMethods = Object.keys(registered);

/** All methods, by the names that errors use. */
const methods: Record<string, Method> = {
  ...registered,
  subject_token: {
    // Other endpoints have no grant types, and ignore parameters that they do not know (RFC 6749, section 3.2).
    isUsed: (_headers, form, endpoint) => endpoint === 'token' && form.get('grant_type') === tokenExchange,
    read: (_headers, form, { byTrust }) =>
      byTrust({ ...readExchange(form), parameter: 'subject_token', reject: invalidSubjectToken }),
  },
};

const entries = Object.entries(methods);

/** Reads what the client of a request presents. @throws OAuthError invalid_client or invalid_request */
export type ReadProof = (headers: IncomingHttpHeaders, form: Form, endpoint: EndpointName) => Proof;

/** Creates the function that reads proofs. A client must use exactly one method (RFC 6749, section 2.3). */
export const createProofReader =
  (provers: Provers): ReadProof =>
  (headers, form, endpoint) => {
    const [used, another] = entries.filter(([, { isUsed }]) => isUsed(headers, form, endpoint));
    if (!used) throw invalidClient(missing);
    const [name, method] = used;
    if (another) {
      throw invalidRequest(
        `the request uses both ${name} and ${another[0]}; a client must use only one authentication method`,
      );
    }
    const proof = method.read(headers, form, provers);
    // A request may name its client in addition (RFC 7521, section 4.2).
    if ((form.get('client_id') ?? proof.clientId) !== proof.clientId)
      throw invalidRequest('client_id must be the client ID of the client that authenticates');
    return proof;
  };

/** The credentials of HTTP Basic authentication (RFC 7617, section 2). */
const basic = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

/** @throws OAuthError invalid_client */
function readBasic(authorization: string): [clientId: string, secret: string] {
  const encoded = basic.exec(authorization)?.[1] ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  const pair = bytes.toString('latin1');
  const colon = pair.indexOf(':');
  // The decoder of Node ignores what is wrong with an encoding.
  if (colon === -1 || bytes.toString('base64') !== encoded) throw invalidClient(malformed);
  const [clientId, secret] = [decode(pair.slice(0, colon)), decode(pair.slice(colon + 1))];
  if (clientId === '') throw invalidClient('the authorization header contains no client ID');
  if (secret === '') throw invalidClient('the authorization header contains no client secret');
  return [clientId, secret];
}

/** Decodes a part of the pair, which is form-encoded (RFC 6749, section 2.3.1). @throws OAuthError invalid_client */
function decode(part: string): string {
  try {
    const decoded = /[+%]/.test(part) ? decodeURIComponent(part.replaceAll('+', '%20')) : part;
    if (printable.test(decoded)) return decoded;
  } catch {
    throw invalidClient(
      'the client ID and the client secret must be form-encoded before base64 (RFC 6749, section 2.3.1)',
    );
  }
  throw invalidClient(unprintable);
}
