import { createHash } from 'node:crypto';
import { errors, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { AppError } from '../errors.js';
import type { Caller } from './caller.js';
import { callerFromClaims } from './claims.js';
import { createRealmKeys } from './keys/create-realm-keys.js';
import type { KeySet, RealmKeys } from './keys/realm-keys.js';
import type { Realm, RealmsFile } from './realms.js';
import { verify } from './verify.js';

const seconds = 1000;
/** How far two clocks may be apart. */
const clockTolerance = 5;
const cacheLifetime = 5 * 60 * seconds;

/** @returns the caller of a request, or null for an anonymous one @throws AppError UNAUTHENTICATED, SERVICE_UNAVAILABLE */
export type Authenticate = (
  authorization: string | undefined,
  realmName: string | undefined,
) => Promise<Caller | null>;

interface Trust {
  realms: RealmsFile;
  /** Keys are not taken over plain http. */
  production: boolean;
}

/** A token that has been verified, and the keys under which it was. */
interface Known {
  caller: Caller;
  keys: KeySet;
}

/**
 * Verifies bearer tokens (RFC 6750) as JWTs of the realm that `realmname` names, or of the default realm.
 * Verified tokens are kept for five minutes at most, never past their `exp`, and never past a change of the keys.
 */
export function createAuthenticate({ realms: file, production }: Trust, log: Logger): Authenticate {
  const realms = new Map(
    file.realms.map((realm) => [realm.name, { realm, keys: createRealmKeys(realm, production, log) }]),
  );
  const verified = new LRUCache<string, Known>({ max: 10_000, ttl: cacheLifetime });

  return async (authorization, realmName = file.default) => {
    if (authorization === undefined) return null;
    // RFC 6750, section 3.1: another scheme than Bearer counts as no credentials.
    if (!/^bearer( |$)/i.test(authorization)) throw unauthenticated();
    const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw unauthenticated('The authorization header is not Bearer with a JWT');
    const trusted = realms.get(realmName);
    if (!trusted) throw unauthenticated('There is no such realm');

    const cacheKey = `${realmName}:${createHash('sha256').update(token).digest('base64')}`;
    const known = verified.get(cacheKey);
    // After any change of the keys a token is verified again: its key may be gone, or may be another one.
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
    if (!isAccessToken(protectedHeader))
      throw new errors.JWTInvalid('the typ is not that of an access token');
    return { caller: callerFromClaims(payload, realm), keys, expiresAt: expiry(payload) };
  } catch (error) {
    throw error instanceof errors.JOSEError ? unauthenticated(error.message) : error;
  }
}

/** In milliseconds. To JSON.parse 1e400 is a number, Infinity, which jose takes for a time. */
function expiry(claims: JWTPayload): number {
  const { exp } = claims;
  if (exp !== undefined && Number.isFinite(exp)) return exp * seconds;
  throw new errors.JWTClaimValidationFailed('"exp" claim must be a finite number', claims, 'exp');
}

/** RFC 8725, section 3.11: a token that says it is something else, such as `logout+jwt`, is something else. */
const isAccessToken = ({ typ = 'JWT' }: JWTHeaderParameters) => /^(application\/)?(at\+)?jwt$/i.test(typ);

/** RFC 6750, section 3: a request without credentials gets the challenge alone, a bad token the reason too. */
export function unauthenticated(reason?: string): AppError {
  // A reason may quote the token. error_description is ASCII without quotes, backslashes and control characters.
  const description = reason?.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'").slice(0, 255);
  const why = description ? `, error="invalid_token", error_description="${description}"` : '';
  return new AppError('UNAUTHENTICATED', {
    headers: { 'www-authenticate': `Bearer realm="service-account-gateway"${why}` },
  });
}
