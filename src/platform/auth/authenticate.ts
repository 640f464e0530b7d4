import { createHash } from 'node:crypto';
import { errors, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { AppError } from '../errors.js';
import type { Caller } from './caller.js';
import { callerFromClaims } from './claims.js';
import type { KeySet, RealmKeys } from './keys/issuer-keys.js';
import { createRealmKeys } from './keys/realm-keys.js';
import type { Realm, RealmsFile } from './realms.js';
import { verify } from './verify.js';

const seconds = 1000;
/** The allowed difference between the clocks of the gateway and of the issuer, in seconds. */
const clockTolerance = 5;
const cacheLifetime = 5 * 60 * seconds;

/**
 * Authenticates a request by its headers.
 * @returns the caller, or null for an anonymous request
 * @throws AppError UNAUTHENTICATED, SERVICE_UNAVAILABLE
 */
export type Authenticate = (
  authorization: string | undefined,
  realmName: string | undefined,
) => Promise<Caller | null>;

interface Trust {
  realms: RealmsFile;
  /** Whether the gateway rejects keys that it would read over plain HTTP. */
  production: boolean;
}

/** The result of a verification. It is valid until the keys change. */
interface Verification {
  caller: Caller;
  keys: KeySet;
}

/**
 * Creates the function that verifies bearer tokens (RFC 6750). A token is a JWT of the realm that the `realmname`
 * header names, or of the default realm. Verified tokens are cached for at most five minutes, and never after their
 * `exp` or after a change of the keys.
 */
export function createAuthenticate({ realms: file, production }: Trust, log: Logger): Authenticate {
  const realms = new Map(
    file.realms.map((realm) => [realm.name, { realm, keys: createRealmKeys(realm, production, log) }]),
  );
  const verified = new LRUCache<string, Verification>({ max: 10_000, ttl: cacheLifetime });

  return async (authorization, realmName = file.default) => {
    if (authorization === undefined) return null;
    // RFC 6750, section 3.1: a request with a scheme other than Bearer counts as a request without credentials.
    if (!/^bearer( |$)/i.test(authorization)) throw unauthenticated();
    const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw unauthenticated('The authorization header must be Bearer followed by a JWT');
    const trusted = realms.get(realmName);
    if (!trusted) throw unauthenticated('The realm in the realmname header does not exist');

    const cacheKey = `${realmName}:${createHash('sha256').update(token).digest('base64')}`;
    const known = verified.get(cacheKey);
    // After a change of the keys, the key of a token may have been removed or replaced, so the token is verified again.
    if (known && known.keys === (await trusted.keys.current())) return known.caller;
    const { caller, keys, expiresAt } = await identify(token, trusted.realm, trusted.keys);
    const lifetime = Math.min(cacheLifetime, expiresAt - Date.now());
    if (lifetime > 0) verified.set(cacheKey, { caller, keys }, { ttl: lifetime });
    return caller;
  };
}

async function identify(token: string, realm: Realm, realmKeys: RealmKeys) {
  try {
    const { payload, protectedHeader, keys } = await verify(token, realmKeys, {
      issuer: realm.issuer,
      audience: realm.audience,
      algorithms: realm.algorithms,
      requiredClaims: ['sub', 'exp'],
      clockTolerance,
    });
    if (!isAccessToken(protectedHeader)) throw new errors.JWTInvalid('"typ" header must be JWT or at+jwt');
    return { caller: callerFromClaims(payload, realm), keys, expiresAt: expiry(payload) };
  } catch (error) {
    throw error instanceof errors.JOSEError ? unauthenticated(error.message) : error;
  }
}

/** Returns the expiry in milliseconds. JSON.parse reads 1e400 as Infinity, which jose accepts. */
function expiry(claims: JWTPayload): number {
  const { exp } = claims;
  if (exp !== undefined && Number.isFinite(exp)) return exp * seconds;
  throw new errors.JWTClaimValidationFailed('"exp" claim must be a finite number', claims, 'exp');
}

/** Returns whether the type is an access token, and not for example `logout+jwt` (RFC 8725, section 3.11). */
const isAccessToken = ({ typ = 'JWT' }: JWTHeaderParameters) => /^(application\/)?(at\+)?jwt$/i.test(typ);

/**
 * Creates the error. The challenge contains the reason if the token is invalid, but not if the request has no
 * credentials (RFC 6750, section 3).
 */
export function unauthenticated(reason?: string): AppError {
  // A reason may quote the token. RFC 6750 allows only ASCII without quotes, backslashes and control characters here.
  const description = reason?.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'").slice(0, 255);
  const why = description ? `, error="invalid_token", error_description="${description}"` : '';
  return new AppError('UNAUTHENTICATED', {
    headers: { 'www-authenticate': `Bearer realm="service-account-gateway"${why}` },
  });
}
