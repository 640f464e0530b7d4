import type { WorkloadToken } from '../../../platform/auth/workload/verify-workload-token.js';
import { closestTrust, type MismatchReason, type StoredTrust } from '../trusts/match-trust.js';
import type { Credential } from './credential.js';
import type { TrustingAccount } from './find-trusts.js';

/** What becomes of a workload token: the credential, accepted or not, or the reason why no trust fits it. */
export interface Judgment {
  result: Credential | Exclude<MismatchReason, 'trust_expired'> | 'no_trust' | 'account_deleted';
  /** The trust that the token fits or comes closest to. */
  trust: StoredTrust | undefined;
}

/**
 * Decides whether a verified token of a workload authenticates an account. Sign-in and `testServiceAccountTrust` both
 * use it, and therefore give the same reason.
 * @param account the account with its trusts in the issuer of the token, or undefined if it does not exist
 */
export function judgeToken(account: TrustingAccount | undefined, token: WorkloadToken): Judgment {
  const match = account && closestTrust(account.trusts, token);
  if (!account || !match) {
    // Deleting an account removes its trusts.
    const isDeleted = account?.rejectedBecause === 'account_deleted';
    return { result: isDeleted ? 'account_deleted' : 'no_trust', trust: undefined };
  }
  const { trust, mismatch } = match;
  if (mismatch && mismatch !== 'trust_expired') return { result: mismatch, trust };
  const { trusts: _, ...rest } = account;
  const expiry = token.expiresAt * 1000;
  const result: Credential = {
    ...rest,
    type: 'ServiceAccountTrust',
    id: trust.id,
    // An access token must not outlive the token for which it was issued.
    expiresAt: Math.min(rest.expiresAt ?? expiry, expiry),
    rejectedBecause: rest.rejectedBecause ?? mismatch ?? null,
  };
  return { result, trust };
}
