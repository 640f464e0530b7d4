import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import { signingAlgorithms } from '../../../platform/auth/access-token-settings.js';
import type { OwnClaims } from '../grant.js';
import type { SigningKeys } from '../keys/signing-keys.js';

/** What a token of ours says (RFC 9068, section 2.2). */
export interface TokenClaims extends OwnClaims {
  iss: string;
  /** Of the time when it was issued: TOKEN_AUDIENCE may be another one by now. */
  aud: string;
  client_id: string;
  /** Left out where the account had no permission. */
  scope?: string;
  jti: string;
  /** Seconds since 1970. */
  iat: number;
  exp: number;
}

/** @returns undefined for what is no token of this gateway, or is one no longer. What it may still do is not looked at. */
export type VerifyToken = (token: string) => Promise<TokenClaims | undefined>;

/** Checks tokens as an API would that trusts this issuer alone (RFC 9068, section 4), by the keys that are published. */
export function createVerifyToken(issuer: string, keys: Pick<SigningKeys, 'find'>): VerifyToken {
  const keyOf = async ({ kid, alg }: JWTHeaderParameters) => {
    const key = kid ? await keys.find(kid) : undefined;
    // A key is for one algorithm, whatever the header says (RFC 8725, section 3.1).
    if (key?.algorithm !== alg) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  };
  const rules = {
    issuer,
    typ: 'at+jwt',
    algorithms: [...signingAlgorithms],
    requiredClaims: ['exp', 'jti', 'sub', 'client_id'],
  };
  return async (token) => {
    try {
      return (await jwtVerify<TokenClaims>(token, keyOf, rules)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}
