import { closestMatch } from 'leven';
import { chooseRealm, realmsOfIssuer } from '../../platform/auth/realms/choose-realm.js';
import { issuersOf } from '../../platform/auth/realms/issuers.js';
import type { Realm, RealmsFile } from '../../platform/auth/realms/realms-file.js';
import { show } from './show.js';

/** The realm whose rules the report compares with a token, and why, or the reason why there is none. */
export type Comparison = { realm: Realm; reason: string } | { realm?: undefined; fault: string };

/**
 * Returns the realm that the gateway chooses for a token. If no realm has the issuer of the token, the report compares
 * with the realm that is probably meant: the only one, or the one with a similar issuer.
 * @param name the value of the `realmname` header
 */
export function realmToCompare(file: RealmsFile, name: string | undefined, issuer: unknown): Comparison {
  const ofIssuer = realmsOfIssuer(file, issuer);
  if (name === undefined && ofIssuer.length === 0) return probablyMeant(file, issuer);
  const { realm, fault } = chooseRealm(file, name, issuer, true);
  const names = ofIssuer.map((one) => one.name).join(', ');
  if (!realm) return { fault: name === undefined && names ? `${fault}: ${names}` : fault };
  if (name !== undefined) return { realm, reason: 'which --realm names' };
  return {
    realm,
    reason:
      ofIssuer.length === 1
        ? 'which has the issuer of the token'
        : `the default realm; ${names} have the same issuer, and --realm or the header realmname chooses`,
  };
}

function probablyMeant({ realms }: RealmsFile, issuer: unknown): Comparison {
  if (typeof issuer !== 'string') return { fault: 'The token has no text as its iss claim' };
  const [only] = realms;
  if (only && realms.length === 1) return { realm: only, reason: 'the only realm' };
  const issuers = [...new Set(realms.flatMap(issuersOf))];
  const similar = closestMatch(issuer, issuers, { maxDistance: 3 });
  const realm = realms.find((one) => similar !== undefined && issuersOf(one).includes(similar));
  return realm
    ? { realm, reason: 'whose issuer is the most similar one; no realm has the issuer of the token' }
    : {
        fault:
          `No realm has the issuer ${show(issuer)}. Add a realm for it to the realms file, or correct the issuer of a ` +
          `realm. The issuers are ${issuers.join(', ')}`,
      };
}
