import { createLocalJWKSet, decodeJwt, type JWTVerifyGetKey } from 'jose';
import { isTemplate } from '../realms/issuers.js';
import type { PublicKey } from './public-key.js';

/** Selects the key that verifies a token. Each change of the keys creates a new object. */
export type KeySet = JWTVerifyGetKey;

/**
 * Creates the key set of an issuer. If the issuer stands for several tenants of one identity provider, its keys may
 * name the issuer whose tokens they sign, as those of Microsoft Entra ID do. Such a key verifies only these tokens.
 * @param issuer of the realm
 */
export function createKeySet(keys: PublicKey[], issuer: string): KeySet {
  if (!isTemplate(issuer)) return createLocalJWKSet({ keys });
  const byIssuer = new Map<string | undefined, KeySet>();
  return (header, input) => {
    // The issuer of the token is one of the realm's, which is checked before its key is selected.
    const { iss } = decodeJwt(`${input.protected}.${input.payload}.`);
    const set =
      byIssuer.get(iss) ??
      createLocalJWKSet({ keys: keys.filter((key) => [undefined, issuer, iss].includes(key.issuer)) });
    byIssuer.set(iss, set);
    return set(header, input);
  };
}
