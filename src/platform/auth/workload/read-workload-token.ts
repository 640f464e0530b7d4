import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { isCompact } from '../is-compact.js';
import type { WorkloadIssuer } from './workload-issuer.js';

/** A reason to reject a token, before its signature is verified. */
export interface TokenFault {
  reason: 'invalid_assertion' | 'issuer_not_trusted' | 'assertion_expired' | 'assertion_too_old';
  message: string;
}

/** The header and the claims of a token. Nobody has verified its signature yet. */
export interface UnverifiedToken {
  header: ProtectedHeaderParameters;
  claims: JWTPayload;
}

/** How far the clock of an issuer may be ahead, in seconds. A token's expiry has no tolerance. */
export const clockTolerance = 30;

const maxSubject = 1024;
const maxAudiences = 10;

/** Returns the header and the claims of a token, or undefined if it is not a JWT in the compact serialization. */
export function decode(token: string): UnverifiedToken | undefined {
  try {
    if (isCompact(token)) return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    // The message of jose is about its own parameter.
  }
  return undefined;
}

/** Finds the first fault of a token that needs no key. */
export const findFault = (token: UnverifiedToken, issuer: WorkloadIssuer): TokenFault | undefined =>
  findHeaderFault(token.header, issuer) ??
  findClaimFault(token.claims) ??
  findTimeFault(token.claims, issuer);

/** The members of a header that refer to a key. Only the keys of the issuer count (RFC 8725, section 3.10). */
const keyReferences = ['jku', 'jwk', 'x5u', 'x5c'];
/**
 * The types of workloads' tokens. GitHub, GitLab, Google, Azure and SPIRE send JWT, and Kubernetes sends none. SPIFFE
 * also allows JOSE (JWT-SVID, section 2.3). Other types, such as at+jwt, are tokens for another purpose (RFC 8725,
 * section 3.11).
 */
const types = ['jwt', 'jose'];

function findHeaderFault(header: ProtectedHeaderParameters, issuer: WorkloadIssuer): TokenFault | undefined {
  const { alg, typ = 'jwt', kid, crit } = header;
  if (!issuer.algorithms.some((one) => one === alg))
    return invalid(
      `The header alg must be one of the algorithms of the issuer ${issuer.name}: ${issuer.algorithms.join(', ')}`,
    );
  if (typeof typ !== 'string' || !types.includes(typ.toLowerCase()))
    return invalid(
      'The header typ must be JWT or JOSE, or omitted; tokens of another type have another purpose',
    );
  if (kid !== undefined && typeof kid !== 'string') return invalid('The header kid must be a text');
  if (crit !== undefined) return invalid('The header crit is not supported');
  const reference = keyReferences.find((name) => name in header);
  return reference === undefined
    ? undefined
    : invalid(`The header ${reference} must be omitted, because only the published keys of the issuer count`);
}

function findClaimFault({ sub, aud, exp, iat, nbf, cnf }: JWTPayload): TokenFault | undefined {
  if (cnf !== undefined)
    return invalid(
      'The claim cnf must be absent: the token is bound to a key, whose possession the gateway cannot check',
    );
  // PostgreSQL stores no text with a zero byte, and a reader of the audit log sees no control characters.
  if (typeof sub !== 'string' || sub === '' || sub.length > maxSubject || /[\p{Cc}\p{Cs}]/u.test(sub))
    return invalid(
      `The claim sub must be a text of 1 to ${maxSubject} characters without control characters`,
    );
  const audiences = audiencesOf(aud);
  if (
    audiences.length === 0 ||
    audiences.length > maxAudiences ||
    !audiences.every((one) => typeof one === 'string')
  )
    return invalid(`The claim aud must be a text, or a list of 1 to ${maxAudiences} texts`);
  for (const [name, time] of Object.entries({ exp, iat })) {
    if (!isTime(time)) return invalid(`The claim ${name} must be a number of seconds since 1970`);
  }
  if (nbf !== undefined && !isTime(nbf))
    return invalid('The claim nbf must be a number of seconds since 1970');
  return Number(iat) > Number(exp) ? invalid('The claim iat must not be later than exp') : undefined;
}

/** Returns the audiences of a token. */
export const audiencesOf = (aud: JWTPayload['aud']): string[] => (aud === undefined ? [] : [aud].flat());

/**
 * Finds a fault that a token has only at certain times. The claims have no other fault. The expiry has no tolerance,
 * and is rounded down to whole seconds as that of access tokens, because no access token may outlive the token that it
 * was obtained with.
 */
export function findTimeFault(
  { exp = 0, iat = 0, nbf = iat }: JWTPayload,
  issuer: WorkloadIssuer,
): TokenFault | undefined {
  const now = Date.now() / 1000;
  if (Math.floor(exp) <= now)
    return {
      reason: 'assertion_expired',
      message: `The token expired ${Math.floor(now - Math.floor(exp))} seconds ago; request another one`,
    };
  for (const [name, time] of Object.entries({ iat, nbf })) {
    if (time > now + clockTolerance)
      return invalid(
        `The claim ${name} is ${Math.ceil(time - now)} seconds in the future; check the clocks of the gateway and of the issuer`,
      );
  }
  const { maxTokenAge, name } = issuer;
  if (iat < now - maxTokenAge)
    return {
      reason: 'assertion_too_old',
      message: `The token is ${Math.floor(now - iat)} seconds old, and maxTokenAge of the issuer ${name} is ${maxTokenAge}; request another token`,
    };
  return undefined;
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const invalid = (message: string): TokenFault => ({ reason: 'invalid_assertion', message });
