import type { WorkloadToken } from '../../../platform/auth/workload/verify-workload-token.js';
import type { Judgment } from '../sign-in/accept-trust.js';
import type { RejectionReason } from '../sign-in/refusals.js';
import { claimText, type StoredTrust } from './match-trust.js';

type Reason = Exclude<Judgment['result'], object> | RejectionReason;

/** Why a token is rejected, for an administrator. */
export interface Description {
  message: string;
  /** What the trust requires. */
  expected?: string;
  /** What the token has instead. */
  actual?: string;
}

/** The descriptions of the reasons that do not compare the token with a trust. */
const messages: Partial<Record<Reason, string>> = {
  no_trust: 'The account has no trust in the issuer of the token.',
  trust_expired: 'The trust has expired. Remove it, and add it again.',
  assertion_replayed:
    'The token has already been used, and the operator allows a token of this issuer to be used only once.',
  account_disabled: 'The account is disabled.',
  account_deleted: 'The account is deleted.',
  account_expired: 'The account has expired.',
  tenant_suspended: 'The tenant is suspended.',
};

/** The comparisons of a token with the trust that comes closest to it. */
const comparisons: Partial<Record<Reason, (trust: StoredTrust, token: WorkloadToken) => Description>> = {
  wrong_subject: (trust, { subject }) => ({
    message: 'No trust of the account in this issuer has the subject of the token.',
    expected: trust.subject,
    actual: subject,
  }),
  wrong_audience: (trust, { audience }) => ({
    message: 'The audience of the trust must be the only audience of the token.',
    expected: trust.audience,
    actual: audience.length === 1 ? audience[0] : JSON.stringify(audience),
  }),
  wrong_claims: (trust, { claims }) => {
    const wrong = trust.claims.find(({ name, value }) => claimText(claims, name) !== value);
    const name = wrong?.name ?? '';
    return {
      message: `The claim ${name} of the token does not have the value that the trust requires.`,
      expected: wrong?.value,
      actual: claimText(claims, name),
    };
  },
};

/** Describes why a token is rejected. */
export function describeRejection(
  reason: Reason,
  trust: StoredTrust | undefined,
  token: WorkloadToken,
): Description {
  const compare = comparisons[reason];
  return compare && trust ? compare(trust, token) : { message: messages[reason] ?? reason };
}
