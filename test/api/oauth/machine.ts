import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import type { Answer, Gateway } from '../../harness/gateway.js';

/** A service account that can sign in. */
export interface Machine {
  id: string;
  clientId: string;
  clientSecret: string;
  admin: Somebody;
}

export async function machine(
  gateway: Gateway,
  input: Record<string, unknown> = {},
  admin?: Somebody,
): Promise<Machine> {
  const by = admin ?? (await somebody(gateway));
  const { id, clientId, clientSecret } = await by.create(input);
  return { id, clientId, clientSecret, admin: by };
}

type Credentials = Pick<Machine, 'clientId' | 'clientSecret'>;

/** Returns an Authorization header with encoded credentials (RFC 6749, section 2.3.1). */
export const basic = ({ clientId, clientSecret }: Credentials): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`;

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Posts a form to an endpoint of the OAuth 2.0 server. A list of pairs may have a name twice. */
export const post = (
  gateway: Gateway,
  endpoint: string,
  params: Record<string, string> | [string, string][],
  headers: Record<string, string> = {},
): Promise<Answer> =>
  gateway.request(`/oauth2/${endpoint}`, {
    method: 'POST',
    headers: { ...form, ...headers },
    body: new URLSearchParams(params).toString(),
  });

/** Asks for a token with HTTP Basic. */
export const askToken = (gateway: Gateway, credentials: Credentials, params: Record<string, string> = {}) =>
  post(
    gateway,
    'token',
    { grant_type: 'client_credentials', ...params },
    { authorization: basic(credentials) },
  );

/** Gets a token. @throws Error where the request is refused */
export async function getToken(
  gateway: Gateway,
  credentials: Credentials,
  params?: Record<string, string>,
): Promise<string> {
  const { status, body } = await askToken(gateway, credentials, params);
  if (status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`);
  return body.access_token;
}

/** Decodes a token without verifying it. */
// biome-ignore lint/suspicious/noExplicitAny: claims have every shape
export const decode = (token: string): { header: any; payload: any } => {
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return { header, payload };
};

/** A secret with the right form and checksum that belongs to no account, so that the gateway looks it up. */
export const wrongSecret = generateSecret();
