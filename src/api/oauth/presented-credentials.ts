import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { PresentedCredentials } from './known-secrets.js';

/**
 * Reads the credentials of a request as oidc-provider does, without checking them: from the Authorization header, or
 * from the form (RFC 6749, section 2.3.1).
 * @returns undefined if oidc-provider rejects the request without looking up a secret
 */
export function presentedCredentials(
  { headers: { authorization } }: IncomingMessage,
  form: Buffer,
): PresentedCredentials | undefined {
  const [clientId, secret] = authorization ? fromHeader(authorization) : fromForm(form);
  return clientId && secret ? { clientId, secret } : undefined;
}

type Pair = [clientId?: string, secret?: string];

function fromHeader(authorization: string): Pair {
  const encoded = /^basic (\S+)$/i.exec(authorization)?.[1] ?? '';
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) return [];
  try {
    return [decode(pair.slice(0, colon)), decode(pair.slice(colon + 1))];
  } catch {
    return [];
  }
}

const decode = (text: string) => (/[+%]/.test(text) ? decodeURIComponent(text.replaceAll('+', '%20')) : text);

/** Reads the form. A parameter must not occur twice (RFC 6749, section 3.2). */
function fromForm(form: Buffer): Pair {
  const { client_id, client_secret } = parse(form.toString());
  return typeof client_id === 'string' && typeof client_secret === 'string' ? [client_id, client_secret] : [];
}
