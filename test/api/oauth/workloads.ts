import type { JWTPayload } from 'jose';
import type { Answer, Gateway } from '../../harness/gateway.js';
import type { Issuer } from '../../harness/issuer.js';
import { assertionType, issuer as ownIssuer, seconds } from './assertions.js';
import { type Machine, machine, post } from './machine.js';

const exchangeType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';

/** A service account that trusts a workload, and the trust. */
export interface TrustingMachine extends Machine {
  subject: string;
  trustId: string;
}

/** Adds a trust to an account. @returns its id */
export async function addTrust({ admin, id }: Machine, input: Record<string, unknown>): Promise<string> {
  const { addServiceAccountTrust } = await admin.run(
    'mutation ($input: AddServiceAccountTrustInput!) { addServiceAccountTrust(input: $input) { trust { id } } }',
    { input: { id, issuer: 'ci', ...input } },
  );
  return addServiceAccountTrust.trust.id;
}

export const removeTrust = ({ admin, id }: Machine, trustId: string) =>
  admin.run(
    'mutation ($input: RemoveServiceAccountTrustInput!) { removeServiceAccountTrust(input: $input) { trust { id } } }',
    { input: { id, trustId } },
  );

/** Creates an account that trusts a workload of the issuer `ci`. */
export async function trustingMachine(
  gateway: Gateway,
  trust: Record<string, unknown> = {},
  input: Record<string, unknown> = {},
  admin?: Machine['admin'],
): Promise<TrustingMachine> {
  const one = await machine(gateway, input, admin);
  const subject = `repo:acme/${one.clientId}:ref:refs/heads/main`;
  const trustId = await addTrust(one, { subject, ...trust });
  return { ...one, subject, trustId };
}

/** Signs the token of a workload. Claims and members of the header replace the valid ones, and undefined removes them. */
export const workloadToken = (
  { sign }: Issuer,
  { subject }: Pick<TrustingMachine, 'subject'>,
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
): Promise<string> =>
  sign({ aud: ownIssuer, sub: subject, iat: seconds(), exp: seconds() + 300, ...claims }, header);

/** Presents a token as `client_assertion` of the client credentials grant (RFC 7523). */
const asAssertion = (gateway: Gateway, clientId: string, token: string, more: Record<string, string> = {}) =>
  post(gateway, 'token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_assertion_type: assertionType,
    client_assertion: token,
    ...more,
  });

/** The form of a token exchange (RFC 8693). */
export const exchangeForm = (clientId: string, token: string): [string, string][] => [
  ['grant_type', exchangeType],
  ['client_id', clientId],
  ['subject_token', token],
  ['subject_token_type', jwtType],
];

/** Presents a token as `subject_token` of a token exchange. */
const asSubjectToken: Present = (gateway, clientId, token, more = {}) =>
  post(gateway, 'token', { ...Object.fromEntries(exchangeForm(clientId, token)), ...more });

type Present = (
  gateway: Gateway,
  clientId: string,
  token: string,
  more?: Record<string, string>,
) => Promise<Answer>;

/** The ways in which a workload presents its token, each with the error for a token that is not accepted. */
export const ways: Record<'client assertion' | 'token exchange', { present: Present; error: object }> = {
  'client assertion': { present: asAssertion, error: { status: 401, body: { error: 'invalid_client' } } },
  'token exchange': { present: asSubjectToken, error: { status: 400, body: { error: 'invalid_request' } } },
};
export const wayNames = Object.keys(ways) as (keyof typeof ways)[];
