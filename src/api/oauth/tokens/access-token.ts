import { randomUUID } from 'node:crypto';
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import type { Credential } from '../../../features/service-accounts/sign-in/credential.js';
import { lifetimeOf } from '../../../features/service-accounts/sign-in/token-lifetime.js';
import { signingAlgorithms } from '../../../platform/auth/access-token-settings.js';
import { isCompact } from '../../../platform/auth/is-compact.js';
import { publicId } from '../../../platform/ids.js';
import type { SigningKeys } from '../keys/signing-keys.js';
import type { Target } from '../targets/choose-targets.js';
import type { SignToken } from './token-signer.js';

/** The claims that say whose token it is, and with which credential its client got it. */
interface OwnClaims {
  /** The public ID of the account. */
  sub: string;
  tenant_id: string;
  /** The public ID of the secret, the key or the trust with which the client authenticated. */
  credential_id: string;
  /** The account's token generation when the token was issued (migration 20261128-tokens). */
  gen: number;
}

const ownClaims = (credential: Credential): OwnClaims => ({
  sub: publicId('ServiceAccount', credential.accountId),
  tenant_id: credential.tenantId,
  credential_id: publicId(credential.type, credential.id),
  gen: credential.tokenGeneration,
});

/** The claims of an access token (RFC 9068, section 2.2). */
export interface TokenClaims extends OwnClaims {
  iss: string;
  /** The audiences when the token was issued. TOKEN_AUDIENCE and the catalog may have been changed since. */
  aud: string | string[];
  client_id: string;
  /** Absent if the account had no permissions. */
  scope?: string;
  jti: string;
  /** Seconds since 1970. */
  iat: number;
  /** Seconds since 1970. */
  exp: number;
}

/** Issues an access token for a client. @throws AppError SERVICE_UNAVAILABLE if no key can sign it */
export type IssueToken = (
  client: Credential,
  target: Target,
) => Promise<{ token: string; expiresIn: number }>;

/** Creates access tokens in the format of RFC 9068. @param lifetime the default lifetime in seconds */
export const createTokenIssuer =
  (issuer: string, lifetime: number, sign: SignToken): IssueToken =>
  async (client, { audience, scope }) => {
    const iat = Math.floor(Date.now() / 1000);
    const expiresIn = lifetimeOf(client, lifetime);
    const claims: TokenClaims = {
      iss: issuer,
      aud: audience,
      client_id: client.clientId,
      ...ownClaims(client),
      ...(scope && { scope }),
      jti: randomUUID(),
      iat,
      exp: iat + expiresIn,
    };
    return { token: await sign(claims), expiresIn };
  };

/**
 * Verifies the signature, the issuer, the type and the expiry of a token. It does not check whether the token has been
 * revoked.
 * @returns undefined if the token is not a valid token of this gateway
 */
export type VerifyToken = (token: string) => Promise<TokenClaims | undefined>;

/** Verifies tokens with the published keys, like an API that trusts only this issuer (RFC 9068, section 4). */
export function createTokenVerifier(issuer: string, keys: Pick<SigningKeys, 'find'>): VerifyToken {
  const keyOf = async ({ kid, alg }: JWTHeaderParameters) => {
    const key = kid ? await keys.find(kid) : undefined;
    // Each key has one algorithm, regardless of the token's header (RFC 8725, section 3.1).
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
    if (!isCompact(token)) return undefined;
    try {
      return (await jwtVerify<TokenClaims>(token, keyOf, rules)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}
