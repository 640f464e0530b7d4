import { createLocalJWKSet, decodeJwt, type JWTVerifyGetKey } from 'jose';
import { isOfIssuer } from '../realms/issuers.js';
import type { PublicKey } from './public-key.js';

/** Selects the key that verifies a token. Each change of the keys creates a new object. */
export type KeySet = JWTVerifyGetKey;

/**
 * Creates the key set of an issuer. A key may name the issuer whose tokens it signs, as the keys of Microsoft Entra ID
 * do, which are the same for all of its tenants. It then verifies only the tokens of that issuer.
 */
export function createKeySet(keys: PublicKey[]): KeySet {
  if (keys.every(({ issuer }) => issuer === undefined)) return createLocalJWKSet({ keys });
  const byIssuer = new Map<string, KeySet>();
  return (header, input) => {
    // The issuer of the token is a trusted one, which is checked before its key is selected.
    const { iss = '' } = decodeJwt(`${input.protected}.${input.payload}.`);
    const set =
      byIssuer.get(iss) ??
      createLocalJWKSet({
        keys: keys.filter(({ issuer }) => issuer === undefined || isOfIssuer(issuer, iss)),
      });
    byIssuer.set(iss, set);
    return set(header, input);
  };
}
