import { createHash } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { AppError } from '../errors.js';
import type { Caller } from './caller.js';
import { callerFromClaims } from './claims.js';
import type { Realm, RealmsFile } from './realms.js';

const seconds = 1000;
/** How far two clocks may be apart. */
const clockTolerance = 5;
const cacheLifetime = 5 * 60 * seconds;

/** @returns the caller of a request, or null for an anonymous one @throws AppError UNAUTHENTICATED */
export type Authenticate = (
  authorization: string | undefined,
  realmName: string | undefined,
) => Promise<Caller | null>;

/**
 * Verifies bearer tokens (RFC 6750) as JWTs of the realm that `realmname` names, or of the default realm.
 * Verified tokens are kept for five minutes at most and never past their `exp`.
 */
export function createAuthenticate(file: RealmsFile, log: Logger): Authenticate {
  const realms = new Map(file.realms.map((realm) => [realm.name, { realm, key: keySource(realm) }]));
  const verified = new LRUCache<string, Caller>({ max: 10_000, ttl: cacheLifetime });

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
    if (known) return known;
    const { caller, expiresAt } = await verify(token, trusted.realm, trusted.key, log);
    const lifetime = Math.min(cacheLifetime, expiresAt - Date.now());
    if (lifetime > 0) verified.set(cacheKey, caller, { ttl: lifetime });
    return caller;
  };
}

function keySource({ jwks, jwksUri }: Realm): JWTVerifyGetKey {
  if (jwks) return createLocalJWKSet(jwks);
  return createRemoteJWKSet(new URL(jwksUri ?? ''), {
    cacheMaxAge: 5 * 60 * seconds,
    cooldownDuration: 30 * seconds,
    timeoutDuration: 5 * seconds,
  });
}

async function verify(token: string, realm: Realm, key: JWTVerifyGetKey, log: Logger) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      issuer: realm.issuer,
      audience: realm.audience,
      algorithms: realm.algorithms,
      requiredClaims: ['sub', 'exp'],
      clockTolerance,
    });
    if (!isAccessToken(protectedHeader))
      throw new errors.JWTInvalid('the typ is not that of an access token');
    return { caller: callerFromClaims(payload, realm), expiresAt: (payload.exp ?? 0) * seconds };
  } catch (error) {
    if (isTokenFault(error)) throw unauthenticated(error.message);
    log.error({ err: error, realm: realm.name }, 'the keys of a realm cannot be read');
    throw new AppError('SERVICE_UNAVAILABLE');
  }
}

/** RFC 8725, section 3.11: a token that says it is something else, such as `logout+jwt`, is something else. */
const isAccessToken = ({ typ = 'JWT' }: JWTHeaderParameters) => /^(application\/)?(at\+)?jwt$/i.test(typ);

/** What jose says when it could not read a realm's keys, which is no fault of the token. */
const keyFaults = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

function isTokenFault(error: unknown): error is errors.JOSEError {
  return error instanceof errors.JOSEError && !keyFaults.has(error.code);
}

/** RFC 6750, section 3: a request without credentials gets the challenge alone, a bad token the reason too. */
export function unauthenticated(reason?: string): AppError {
  // A reason may quote the token. error_description is ASCII without quotes, backslashes and control characters.
  const description = reason?.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'").slice(0, 255);
  const why = description ? `, error="invalid_token", error_description="${description}"` : '';
  return new AppError('UNAUTHENTICATED', {
    headers: { 'www-authenticate': `Bearer realm="service-account-gateway"${why}` },
  });
}
