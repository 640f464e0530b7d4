import type { Usage } from '../../../../src/features/service-accounts/sign-in/usage.js';
import type { Somebody } from '../../../harness/admin.js';

/** An account with its only secret and the credentials that a machine signs in with. */
export interface Machine {
  id: string;
  secretId: string;
  clientId: string;
  clientSecret: string;
  /** The ids without their prefixes, as the database stores them. */
  stored: { accountId: string; secretId: string };
}

export async function createMachine(admin: Somebody, input?: Record<string, unknown>): Promise<Machine> {
  const { id, clientId, clientSecret } = await admin.create(input);
  const [secret] = (await admin.rest('GET', `/${id}/secret`)).body.data;
  const stored = { accountId: id.slice(3), secretId: secret.id.slice(7) };
  return { id, secretId: secret.id, clientId, clientSecret, stored };
}

/** Reads the account and its secret as an administrator. */
export async function read(admin: Somebody, { id }: Pick<Machine, 'id'>) {
  const account = (await admin.rest('GET', `/${id}`)).body.data;
  const [secret] = (await admin.rest('GET', `/${id}/secret`)).body.data;
  return { account, secret };
}

/** Tells whether both the account and its secret were used. */
export const isUsed = ({ account, secret }: Awaited<ReturnType<typeof read>>): boolean =>
  account.lastUsedAt !== null && secret.lastUsedAt !== null;

/** Notes what a request for a token notes. */
export function signIn(usage: Usage, stored: Machine['stored']): void {
  const { accountId, secretId } = stored;
  usage.authenticated({ accountId, type: 'ServiceAccountSecret', id: secretId });
  usage.issued(stored);
}

/** Reads how many tokens of an account were issued in each hour. */
export const issued = async (admin: Somebody, { id }: Pick<Machine, 'id'>, hours = 24) =>
  (await admin.rest('GET', `/${id}/token-usage?hours=${hours}`)).body.data as {
    hour: string;
    count: number;
  }[];

export const total = (counts: readonly { count: number }[]): number =>
  counts.reduce((sum, { count }) => sum + count, 0);
