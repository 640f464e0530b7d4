import { hash } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { atMost } from '../cache-size.js';
import { AppError, shorten } from '../errors.js';
import { markUnreadable } from '../readable.js';
import { describe } from './claims/claim-values.js';
import type { TokenContent } from './claims/token-content.js';
import { type Identification, identify } from './identify.js';
import type { IssuerKeys } from './keys/issuer-keys.js';
import type { KeySet } from './keys/key-set.js';
import { createKeysOf } from './keys/keys-of.js';
import { chooseRealm } from './realms/choose-realm.js';
import type { Realm, RealmsFile } from './realms/realms-file.js';
import { issuerFault } from './token-checks.js';

const cacheLifetime = 5 * 60 * 1000;

/** The headers of a request that identify its caller. */
interface Credentials {
  requestId: string;
  authorization: string | undefined;
  realmName: string | undefined;
}

export interface Authentication {
  /**
   * Authenticates a request by its headers.
   * @returns the content of its token, or null for an anonymous request
   * @throws AppError UNAUTHENTICATED, SERVICE_UNAVAILABLE
   */
  authenticate(credentials: Credentials): Promise<TokenContent | null>;
  /** Reads the keys of all realms, so that the log names each issuer that is unreachable. It never rejects. */
  readKeys(): Promise<void>;
}

export interface Trust {
  realms: RealmsFile;
  /** Whether the gateway rejects keys that it would read over plain HTTP. */
  production: boolean;
  /** Whether an error may name the realms. */
  listsRealms: boolean;
  /** The issuer of the gateway's own access tokens, which are for service accounts. */
  ownIssuer: string;
}

/** The result of a verification. It is valid until the keys change, and at most until the token expires. */
interface Verification {
  content: TokenContent;
  keys: KeySet;
  realmKeys: IssuerKeys;
  /** In milliseconds since 1970. */
  expiresAt: number;
}

/** A token that is not valid. It has the reason for the caller, and what the log shows. */
class Rejection extends Error {
  readonly reason: string;

  constructor(
    reason: string,
    readonly realm?: string,
    readonly claims: JWTPayload = {},
  ) {
    super(reason);
    // A reason may quote the token. RFC 6750 allows only ASCII without quotes, backslashes and control characters in
    // the challenge.
    this.reason = reason.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'").slice(0, 255);
  }
}

/**
 * Creates the functions that verify bearer tokens (RFC 6750), which are JWTs of a realm. Verified tokens are cached for
 * at most five minutes, and never after their `exp` or after a change of the keys.
 */
export function createAuthentication(trust: Trust, log: Logger): Authentication {
  const { realms, production, listsRealms, ownIssuer } = trust;
  const keysOf = new Map<Realm, IssuerKeys>(
    realms.realms.map((realm) => [realm, createKeysOf('realm', realm, production, log)]),
  );
  const verified = new LRUCache<string, Verification>({ ...atMost(10_000), ttl: cacheLifetime });

  async function contentOf(authorization: string, realmName: string | undefined): Promise<TokenContent> {
    const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw new Rejection('The authorization header must be Bearer followed by a JWT');
    const hashed = hash('sha256', token, 'base64');
    // An empty header names a realm that does not exist, and must not share a key with an absent one.
    const cacheKey = realmName === undefined ? hashed : `${realmName}:${hashed}`;
    const known = verified.get(cacheKey);
    // After a change of the keys, the key of a token may have been removed or replaced, so the token is verified again.
    // The cache measures time with a clock that may stand still while the machine sleeps.
    const isCurrent = known && Date.now() < known.expiresAt;
    if (isCurrent && known.keys === (await known.realmKeys.current())) return known.content;

    const claims = unverifiedClaims(token);
    const { realm, fault } = chooseRealm(realms, realmName, claims.iss, listsRealms);
    if (!realm) throw new Rejection(fault, undefined, claims);
    const reject = (reason: string) => new Rejection(reason, realm.name, claims);
    if (claims.iss === ownIssuer) throw reject(isOfServiceAccount);
    // Without this check, a token of another issuer would only be rejected because its key is unknown.
    const foreign = issuerFault(claims, realm);
    if (foreign) throw reject(foreign);
    const realmKeys = keysOf.get(realm) as IssuerKeys;
    const { content, keys, expiresAt } = await identified(identify(token, realm, realmKeys), reject);
    const lifetime = Math.min(cacheLifetime, expiresAt - Date.now());
    if (lifetime > 0) verified.set(cacheKey, { content, keys, realmKeys, expiresAt }, { ttl: lifetime });
    return content;
  }

  return {
    authenticate: async ({ requestId, authorization, realmName }) => {
      if (authorization === undefined) return null;
      // RFC 6750, section 3.1: a request with a scheme other than Bearer counts as a request without credentials.
      if (!/^bearer( |$)/i.test(authorization)) throw unauthenticated();
      try {
        return await contentOf(authorization, realmName);
      } catch (error) {
        if (!(error instanceof Rejection)) throw error;
        const { reason, realm, claims } = error;
        const { iss, aud } = claims;
        log.info(
          { requestId, realm, reason, iss: forLog(iss), aud: forLog(aud) },
          'Access token was rejected',
        );
        throw unauthenticated(reason);
      }
    },
    readKeys: async () => {
      await Promise.allSettled([...keysOf.values()].map((keys) => keys.current()));
    },
  };
}

const isOfServiceAccount =
  'The gateway issued this token to a service account; an administrator sends a token of an identity provider';

async function identified(
  identification: Promise<Identification>,
  reject: (reason: string) => Rejection,
): Promise<Identification> {
  try {
    return await identification;
  } catch (error) {
    // The message about an extension quotes its name, which is any text.
    if (error instanceof errors.JOSENotSupported)
      throw reject('The token uses a feature that is not supported');
    throw error instanceof errors.JOSEError ? reject(error.message) : error;
  }
}

function unverifiedClaims(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (error) {
    throw new Rejection((error as Error).message);
  }
}

/** Returns a claim for the log. It is not verified, so it may be anything. */
const forLog = (claim: unknown): string | string[] | undefined =>
  Array.isArray(claim)
    ? claim.slice(0, 10).map(textForLog)
    : claim === undefined
      ? undefined
      : textForLog(claim);

const textForLog = (value: unknown): string =>
  typeof value === 'string' ? markUnreadable(shorten(value)) : describe(value);

/**
 * Creates the error. The challenge and the details contain the reason if the token is invalid, but not if the request
 * has no credentials (RFC 6750, section 3).
 * @param reason ASCII without quotes, backslashes and control characters
 */
export function unauthenticated(reason?: string): AppError {
  const why = reason ? `, error="invalid_token", error_description="${reason}"` : '';
  return new AppError('UNAUTHENTICATED', {
    headers: { 'www-authenticate': `Bearer realm="service-account-gateway"${why}` },
    ...(reason && { details: { reason } }),
  });
}
