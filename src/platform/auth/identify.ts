import { errors, type JWTPayload } from 'jose';
import { readContent, type TokenContent } from './claims/token-content.js';
import type { IssuerKeys } from './keys/issuer-keys.js';
import type { KeySet } from './keys/key-set.js';
import { issuersOf } from './realms/issuers.js';
import type { Realm } from './realms/realms-file.js';
import { checkToken } from './token-checks.js';
import { verify } from './verify.js';

const seconds = 1000;
/** The allowed difference between the clocks of the gateway and of the issuer, in seconds. */
export const clockTolerance = 5;

/** A verified token, and the keys with which it was verified. */
export interface Identification {
  content: TokenContent;
  keys: KeySet;
  /** In milliseconds since 1970. */
  expiresAt: number;
}

/**
 * Verifies a token by the rules of its realm, and reads its content.
 * @throws JOSEError with the reason if the token is not valid, AppError SERVICE_UNAVAILABLE if no keys are available
 */
export async function identify(token: string, realm: Realm, realmKeys: IssuerKeys): Promise<Identification> {
  const { payload, protectedHeader, keys } = await verify(token, realmKeys, {
    issuer: issuersOf(realm),
    algorithms: realm.algorithms,
    requiredClaims: ['sub', 'exp'],
    clockTolerance,
  });
  checkToken({ header: protectedHeader, claims: payload }, realm);
  return { content: readContent(payload, realm), keys, expiresAt: expiry(payload) };
}

/** Returns the expiry in milliseconds. JSON.parse reads 1e400 as Infinity, which jose accepts. */
function expiry(claims: JWTPayload): number {
  const { exp } = claims;
  if (exp !== undefined && Number.isFinite(exp)) return exp * seconds;
  throw new errors.JWTClaimValidationFailed('"exp" claim must be a finite number', claims, 'exp');
}
