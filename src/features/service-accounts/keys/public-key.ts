import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { Point } from '@noble/ed25519';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { z } from 'zod';
import { invalidField } from '../../../platform/errors.js';
import { readKeyText } from './public-key-text.js';

/** A public key that a machine can authenticate with. */
export interface PublicKey {
  kid: string;
  /** The SHA-256 thumbprint (RFC 7638). */
  thumbprint: string;
  algorithms: readonly string[];
  /** The JWK, with only the members that determine the thumbprint. */
  jwk: JWK;
}

/** The allowed kinds of keys, by `kty` and `crv`, with their algorithms (RFC 7518, section 3.1; RFC 8037). */
const kinds: Readonly<Record<string, readonly string[]>> = {
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'OKP Ed25519': ['EdDSA'],
  RSA: ['RS256', 'PS256'],
};

const notAllowed =
  'must be an EC key with the curve P-256 or P-384, an Ed25519 key, or an RSA key of 2048 to 4096 bits';
const invalid =
  'is not a valid public key: a value is missing or malformed, or the point is not on the curve';

const kidFault = 'the member kid must be 1 to 255 visible ASCII characters';

const members = z.looseObject({
  kty: z.string('the member kty must be EC, OKP or RSA'),
  kid: z
    .string(kidFault)
    .regex(/^[\x21-\x7e]{1,255}$/, kidFault)
    .optional(),
  alg: z.string('the member alg must be a text').optional(),
  use: z
    .literal('sig', 'the member use must be sig, or omitted, because the key verifies signatures')
    .optional(),
  key_ops: z
    .array(z.string(), 'the member key_ops must be a list')
    .refine((operations) => operations.includes('verify'), 'the member key_ops must include verify')
    .optional(),
});

/**
 * Reads the public key of a machine.
 * @param text a JWK as JSON, or PEM
 * @throws AppError BAD_USER_INPUT that says what is wrong and never repeats the text, which could be a private key
 */
export async function readPublicKey(text: string): Promise<PublicKey> {
  const { data, error } = members.safeParse(readKeyText(text));
  if (!data) throw fault(error.issues[0]?.message ?? invalid);
  const kind = data.kty === 'RSA' ? 'RSA' : `${data.kty} ${data.crv}`;
  const algorithms = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!algorithms) throw fault(notAllowed);
  const allowed = data.alg === undefined ? algorithms : [requireAlgorithm(data.alg, algorithms)];
  const jwk = toCanonical(data as JsonWebKey);
  const thumbprint = await calculateJwkThumbprint(jwk);
  return { kid: data.kid ?? thumbprint, thumbprint, algorithms: allowed, jwk };
}

/** Requires an algorithm that fits the key. @returns its name */
function requireAlgorithm(alg: string, algorithms: readonly string[]): string {
  // RFC 9864 calls EdDSA with this curve Ed25519, and WebCrypto writes that name into the JWK.
  const name = alg === 'Ed25519' ? 'EdDSA' : alg;
  if (algorithms.includes(name)) return name;
  throw fault(`the member alg does not fit the key; it must be ${algorithms.join(' or ')}, or omitted`);
}

/**
 * Checks a key and returns it in its only canonical form, so that the same key always has the same thumbprint. The form
 * has exactly the members that RFC 7638, section 3.2 requires.
 */
function toCanonical(given: JsonWebKey): JWK {
  const { kty, crv, x, y, n, e } = given;
  let key: ReturnType<typeof createPublicKey>;
  try {
    key = createPublicKey({ key: { kty, crv, x, y, n, e }, format: 'jwk' });
  } catch {
    throw fault(invalid);
  }
  const { modulusLength = 2048, publicExponent = 65537n } = key.asymmetricKeyDetails ?? {};
  // RFC 7518, section 3.3 requires 2048 bits. A longer key would make each verification slower.
  if (modulusLength < 2048 || modulusLength > 4096) throw fault('an RSA key must have 2048 to 4096 bits');
  if (publicExponent !== 65537n) throw fault('an RSA key must have the public exponent 65537 (AQAB)');
  const jwk = key.export({ format: 'jwk' }) as JWK;
  if (jwk.crv === 'Ed25519' && !isUsablePoint(jwk.x ?? '')) throw fault(invalid);
  return jwk;
}

const fault = (text: string) => invalidField('publicKey', text);

/**
 * Returns whether signatures can be checked with an Ed25519 key. OpenSSL does not look at the point until it verifies a
 * signature, and then accepts points of small order, with which anybody can forge signatures.
 * @param x the member `x` of the JWK: the point as RFC 8032, section 5.1.2, encodes it, in base64url
 */
function isUsablePoint(x: string): boolean {
  try {
    return !Point.fromBytes(Buffer.from(x, 'base64url')).isSmallOrder();
  } catch {
    return false;
  }
}
