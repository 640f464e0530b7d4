import type { IncomingHttpHeaders } from 'node:http';
import { invalidClient, invalidRequest } from '../oauth-error.js';
import type { Form } from '../read-form.js';
import type { PresentedCredentials } from './known-secrets.js';

/** A client authentication method (RFC 6749, section 2.3). */
interface Method {
  /** The registered name (RFC 7591, section 4.2). */
  name: string;
  /** Returns whether a request uses this method. */
  isUsed(headers: IncomingHttpHeaders, form: Form): boolean;
  /** Reads the credentials without checking them. @throws OAuthError invalid_client */
  read(headers: IncomingHttpHeaders, form: Form): PresentedCredentials;
}

const missing =
  'send the client ID and the client secret with HTTP Basic authentication, or as client_id and client_secret in the body';
const malformed =
  'the authorization header must be Basic and the base64 encoding of the client ID, a colon and the client secret';

const methods: Method[] = [
  {
    name: 'client_secret_basic',
    isUsed: ({ authorization }) => authorization !== undefined,
    read: ({ authorization = '' }) => readBasic(authorization),
  },
  {
    name: 'client_secret_post',
    isUsed: (_headers, form) => form.has('client_secret'),
    read: (_headers, form) => {
      const [clientId, secret] = [form.get('client_id'), form.get('client_secret')];
      if (!clientId || !secret) throw invalidClient(missing);
      return { clientId, secret };
    },
  },
];

/** The names of the methods, for the metadata. */
export const clientAuthenticationMethods = methods.map(({ name }) => name);

/**
 * Reads the credentials of a client. A client must use exactly one method in a request (RFC 6749, section 2.3).
 * @throws OAuthError invalid_client or invalid_request
 */
export function readCredentials(headers: IncomingHttpHeaders, form: Form): PresentedCredentials {
  const [method, another] = methods.filter(({ isUsed }) => isUsed(headers, form));
  if (!method) throw invalidClient(missing);
  if (another) {
    throw invalidRequest(
      `the request uses both ${method.name} and ${another.name}; a client must use only one authentication method`,
    );
  }
  const credentials = method.read(headers, form);
  const clientId = form.get('client_id') ?? credentials.clientId;
  if (clientId !== credentials.clientId)
    throw invalidRequest('client_id must be the client ID of the client that authenticates');
  return credentials;
}

/** The credentials of HTTP Basic authentication (RFC 7617, section 2). */
const basic = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
/** A client ID or a client secret (RFC 6749, appendices A.1 and A.2). */
const printable = /^[\x20-\x7e]*$/;

/** @throws OAuthError invalid_client */
function readBasic(authorization: string): PresentedCredentials {
  const encoded = basic.exec(authorization)?.[1] ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  const pair = bytes.toString('latin1');
  const colon = pair.indexOf(':');
  // The decoder of Node ignores what is wrong with an encoding.
  if (colon === -1 || bytes.toString('base64') !== encoded) throw invalidClient(malformed);
  const [clientId, secret] = [decode(pair.slice(0, colon)), decode(pair.slice(colon + 1))];
  if (clientId === '') throw invalidClient('the authorization header contains no client ID');
  if (secret === '') throw invalidClient('the authorization header contains no client secret');
  return { clientId, secret };
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
  throw invalidClient('the client ID and the client secret must contain only printable ASCII characters');
}
