import { sign } from 'node:crypto';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import type { SigningKey } from '../keys/key-set.js';

/** The digest with which node:crypto creates the signature of a JWS (RFC 7518, section 3.4; RFC 8037, section 3.1). */
const digests: Record<SigningAlgorithm, string | null> = { ES256: 'sha256', EdDSA: null };

/**
 * Signs a JWT (RFC 7519) in the compact serialization (RFC 7515, section 7.1). jose would use WebCrypto, which passes
 * each signature to another thread and takes twice the CPU time.
 */
export function signJwt(typ: string, claims: object, { kid, algorithm, privateKey }: SigningKey): string {
  const input = `${encode({ alg: algorithm, typ, kid })}.${encode(claims)}`;
  const signature = sign(digests[algorithm], Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${input}.${signature.toString('base64url')}`;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
