import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import type { RefusalReason } from '../../../features/service-accounts/sign-in/refusals.js';
import { isCompact } from '../../../platform/auth/is-compact.js';
import { invalidClient } from '../oauth-error.js';
import type { JwsAlgorithm } from '../tokens/jws.js';

/** The algorithms of assertions (RFC 7518, section 3.1), each with the algorithm of the keys that it uses. */
const keyAlgorithms: Readonly<Record<string, JwsAlgorithm>> = {
  ES256: 'ES256',
  ES384: 'ES384',
  EdDSA: 'EdDSA',
  // The name of the same algorithm in RFC 9864.
  Ed25519: 'EdDSA',
  RS256: 'RS256',
  PS256: 'PS256',
};

/** The algorithms of assertions, for the metadata. */
export const assertionAlgorithms = Object.keys(keyAlgorithms);

/** A signed JWT with which a client authenticates (RFC 7523, section 2.2). Nobody has verified its signature yet. */
export interface Assertion {
  text: string;
  clientId: string;
  /** The algorithm of the keys that can verify the signature. */
  algorithm: JwsAlgorithm;
  kid: string | undefined;
  jti: string;
  /** Seconds since 1970. */
  exp: number;
}

/** The longest time from now until an assertion expires, in seconds. */
const maxLifetime = 5 * 60;
/** How far the clock of a machine may be wrong, in seconds. */
export const tolerance = 30;
const maxJti = 255;

/**
 * Reads an assertion, and checks everything that needs no key.
 * @param audiences the identifiers of this server, the issuer first. The assertion must be for at least one of them.
 * @throws OAuthError invalid_client that says what is wrong
 */
export function readAssertion(text: string, audiences: readonly string[]): Assertion {
  const { header, claims } = decode(text);
  const { sub, jti, exp } = claims;
  const clientId = typeof sub === 'string' ? sub : undefined;
  const reject = (description: string, reason: RefusalReason = 'invalid_assertion') =>
    invalidClient(`client_assertion: ${description}`, { reason, clientId });
  const fault = findHeaderFault(header) ?? findClaimFault(claims, audiences);
  if (fault) throw reject(fault);
  if (exp === undefined || exp + tolerance <= now()) {
    throw reject(
      'the assertion has expired; check the clock of the machine, and create an assertion for each request',
      'assertion_expired',
    );
  }
  const { alg = '', kid } = header;
  return {
    text,
    clientId: sub as string,
    algorithm: keyAlgorithms[alg] as JwsAlgorithm,
    kid,
    jti: jti as string,
    exp,
  };
}

const now = () => Date.now() / 1000;

/**
 * Returns whether an assertion is the token of a workload: an issuer of workloads has signed it, or neither its issuer
 * nor its subject is the client. The issuer may be missing, or be no text, so that the account learns of such a token,
 * too.
 * @param issuers the issuers of workloads
 * @throws OAuthError invalid_client
 */
export function isOfWorkload(text: string, clientId: string, issuers: ReadonlySet<unknown>): boolean {
  const { iss, sub } = decode(text, clientId).claims;
  return issuers.has(iss) || (iss !== clientId && sub !== clientId && iss !== sub);
}

/** @param clientId the client that the request names, for the audit log. @throws OAuthError invalid_client */
function decode(text: string, clientId?: string): { header: ProtectedHeaderParameters; claims: JWTPayload } {
  try {
    if (isCompact(text)) return { header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    // jose's message is about its own parameter.
  }
  throw invalidClient('client_assertion must be a signed JWT in the compact serialization', {
    reason: 'invalid_assertion',
    clientId,
  });
}

/** The members of a header that refer to a key. Only registered keys count (RFC 8725, section 3.10). */
const keyReferences = ['jku', 'jwk', 'x5u', 'x5c'];
/** The types of JWTs that can be assertions. An access token, for example, has another type. */
const types = ['jwt', 'client-authentication+jwt'];

function findHeaderFault(header: ProtectedHeaderParameters): string | undefined {
  const { alg = '', typ = 'jwt', kid, crit } = header;
  if (typeof alg !== 'string' || !Object.hasOwn(keyAlgorithms, alg))
    return `alg must be one of ${assertionAlgorithms.join(', ')}`;
  if (typeof typ !== 'string' || !types.includes(typ.toLowerCase()))
    return 'typ must be JWT or client-authentication+jwt, or omitted';
  if (kid !== undefined && typeof kid !== 'string') return 'kid must be a text';
  if (crit !== undefined) return 'crit is not supported';
  const reference = keyReferences.find((name) => name in header);
  return reference && `${reference} must be omitted, because only registered keys verify assertions`;
}

function findClaimFault(claims: JWTPayload, audiences: readonly string[]): string | undefined {
  const { iss, sub, aud, exp, iat, nbf, jti } = claims;
  if (typeof sub !== 'string' || iss !== sub)
    return 'iss and sub must both be the client ID; with the token of a workload, send client_id, too';
  // Any value that identifies this server will do, and some libraries write several (RFC 7523, section 3). An assertion
  // that another server could accept as well is rejected, because that server could present it here.
  const named = aud === undefined ? [] : [aud].flat();
  if (named.length === 0 || !named.every((name) => audiences.includes(name)))
    return `aud must be ${audiences[0]}, and must name no other server`;
  if (typeof jti !== 'string' || jti === '' || jti.length > maxJti)
    return `jti must be a text of 1 to ${maxJti} characters`;
  if (!isTime(exp)) return 'exp must be a number of seconds since 1970';
  for (const [name, time] of Object.entries({ iat, nbf })) {
    if (time === undefined) continue;
    if (!isTime(time)) return `${name} must be a number of seconds since 1970`;
    if (time > now() + tolerance) return `${name} is in the future; check the clock of the machine`;
  }
  if (iat !== undefined && iat > exp) return 'iat must not be later than exp';
  if (exp > now() + maxLifetime + tolerance || (iat !== undefined && exp - iat > maxLifetime))
    return `the assertion must expire at most ${maxLifetime} seconds after it was created`;
  return undefined;
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
