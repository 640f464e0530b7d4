import { fitsTemplate, issuersOf } from './issuers.js';
import type { Realm, RealmsFile } from './realms-file.js';

/** The realm of a token, or the reason why the gateway cannot choose one. */
export type Choice = { realm: Realm; fault?: undefined } | { realm?: undefined; fault: string };

/**
 * Chooses the realm of a token: the one that the `realmname` header names, or the only one with the issuer of the
 * token, or the default realm. The issuer is not verified yet. The realm's keys and rules verify it.
 * @param listsRealms whether the caller may learn the names of the realms
 */
export function chooseRealm(
  file: RealmsFile,
  name: string | undefined,
  issuer: unknown,
  listsRealms: boolean,
): Choice {
  if (name !== undefined) {
    const realm = file.realms.find((one) => one.name === name);
    return realm ? { realm } : { fault: unknownRealm(file, listsRealms) };
  }
  const ofIssuer = realmsOfIssuer(file, issuer);
  const realm = ofIssuer.length === 1 ? ofIssuer[0] : file.realms.find((one) => one.name === file.default);
  if (realm && (ofIssuer.length === 0 || ofIssuer.includes(realm))) return { realm };
  return {
    fault: ofIssuer.some((one) => issuersOf(one).includes(issuer as string))
      ? 'Several realms have this "iss" claim value; name one of them in the realmname header'
      : 'The tenant in the "iss" claim is not in issuerTenants of any realm',
  };
}

/** Returns the realms that accept an issuer, or else those for whose template it lacks only an entry in issuerTenants. */
export function realmsOfIssuer({ realms }: RealmsFile, issuer: unknown): Realm[] {
  const accepting = realms.filter((one) => issuersOf(one).some((accepted) => accepted === issuer));
  return accepting.length > 0 ? accepting : realms.filter((one) => fitsTemplate(one.issuer, issuer));
}

function unknownRealm({ realms }: RealmsFile, listsRealms: boolean): string {
  const fault = 'The realm in the realmname header does not exist';
  return listsRealms ? `${fault}; the realms are ${realms.map(({ name }) => name).join(', ')}` : fault;
}
