import { issuersOf } from './issuers.js';
import type { GivenRealm } from './realm.js';

/**
 * Returns whether a token could be valid in both realms, so that its caller could choose the realm that grants more
 * with the `realmname` header. A key whose value is not valid has its own fault, and is not compared.
 *
 * - Realms with different issuers never accept the same token.
 * - Neither do realms that require different values of a claim, because a token has one value of each claim, and a list
 *   never equals a required value.
 * - Audiences without a common value separate realms as well. A token can name both, but only if the identity provider
 *   issued it for both. With different audience claims, one token can always have both audiences.
 */
export function canShareToken(one: GivenRealm, other: GivenRealm): boolean {
  return haveSameIssuer(one, other) && canShareAudience(one, other) && !excludeEachOther(one, other);
}

function haveSameIssuer(one: GivenRealm, other: GivenRealm): boolean {
  const issuers = [one, other].map(({ issuer, issuerTenants }) =>
    issuer === undefined ? [] : issuersOf({ issuer, issuerTenants }),
  );
  return haveCommon(issuers[0], issuers[1]);
}

function canShareAudience(one: GivenRealm, other: GivenRealm): boolean {
  const claims = [one, other].map(
    ({ audienceClaim }) => audienceClaim && JSON.stringify([audienceClaim].flat()),
  );
  if (!claims[0] || !claims[1] || !one.audience || !other.audience) return false;
  return claims[0] !== claims[1] || haveCommon(one.audience, other.audience);
}

function excludeEachOther(
  { requiredClaims: one }: GivenRealm,
  { requiredClaims: other }: GivenRealm,
): boolean {
  if (!one || !other) return true;
  return Object.entries(one).some(([claim, value]) => Object.hasOwn(other, claim) && other[claim] !== value);
}

const haveCommon = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  one.some((value) => other.includes(value));
