import { claimAt } from '../../../platform/auth/claims/claim-path.js';
import type { WorkloadToken } from '../../../platform/auth/workload/verify-workload-token.js';
import type { TrustedClaim, TrustRow } from './service-account-trust.entity.js';

/** A trust as far as it decides about a token of its issuer. */
export interface StoredTrust extends Pick<TrustRow, 'id' | 'subject' | 'audience' | 'claims'> {
  isExpired: boolean;
}

type Token = Pick<WorkloadToken, 'subject' | 'audience' | 'claims'>;

/** A condition of a trust. */
interface Condition {
  /** The reason in the audit log if a token does not meet the condition. */
  reason: string;
  isMet(trust: StoredTrust, token: Token): boolean;
}

/**
 * The conditions of a trust, in the order in which they are checked. The issuer is not among them, because only the
 * trusts in the issuer of the token are compared with it.
 */
const conditions = [
  { reason: 'wrong_subject', isMet: (trust, { subject }) => trust.subject === subject },
  {
    reason: 'wrong_audience',
    // A token that another service accepts as well is rejected, because that service could present it here.
    isMet: (trust, { audience }) => audience.length > 0 && audience.every((one) => one === trust.audience),
  },
  {
    reason: 'wrong_claims',
    isMet: (trust, { claims }) => trust.claims.every(({ name, value }) => claimText(claims, name) === value),
  },
  { reason: 'trust_expired', isMet: (trust) => !trust.isExpired },
] as const satisfies readonly Condition[];

/** The reasons why a token does not fit a trust. */
export type MismatchReason = (typeof conditions)[number]['reason'];

/** The trust that a token fits, or comes closest to, and the first condition that it does not meet. */
export interface Match {
  trust: StoredTrust;
  mismatch: MismatchReason | undefined;
}

/**
 * Compares a token with the trusts of an account in its issuer.
 * @returns the trust of which the token meets the most conditions, and of those with another subject the most similar
 *   one; undefined if there are no trusts
 */
export function closestTrust(trusts: readonly StoredTrust[], token: Token): Match | undefined {
  const [closest] = trusts
    .map((trust) => ({ trust, met: countMet(trust, token) }))
    .sort(
      (one, other) => other.met - one.met || similarity(other.trust, token) - similarity(one.trust, token),
    );
  return closest && { trust: closest.trust, mismatch: conditions[closest.met]?.reason };
}

/** Returns the number of conditions that a token meets before the first one it fails. */
function countMet(trust: StoredTrust, token: Token): number {
  const failed = conditions.findIndex(({ isMet }) => !isMet(trust, token));
  return failed === -1 ? conditions.length : failed;
}

/** Returns how many characters the subjects have in common at their start, without regard to case. */
function similarity(trust: StoredTrust, token: Token): number {
  const [one, other] = [trust.subject.toLowerCase(), token.subject.toLowerCase()];
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/**
 * Returns the value of a claim that a trust compares, as a text. A number, `true` or `false` is written as JSON.
 * @param name the name of the claim, or a JSON Pointer to it (RFC 6901)
 * @returns undefined if the token has no such claim, or if the claim is null, a list, an object or a number that
 * JavaScript does not read exactly
 */
export function claimText(claims: object, name: TrustedClaim['name']): string | undefined {
  const value = claimAt(claims, name.startsWith('/') ? keysOf(name) : [name]);
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || isExact(value) ? JSON.stringify(value) : undefined;
}

/** Larger numbers are rounded, so that the ID of a stranger could be read as another ID (RFC 8259, section 6). */
const isExact = (value: unknown) => typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;

/** Returns the keys of a JSON Pointer. The order of the replacements is that of RFC 6901, section 4. */
const keysOf = (pointer: string): string[] =>
  pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
