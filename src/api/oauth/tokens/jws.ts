import { constants, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * How node:crypto computes the signature of each algorithm (RFC 7518, sections 3.3 to 3.5; RFC 8037, section 3.1). The
 * salt of PS256 is as long as its digest.
 */
export const signatureSchemes = {
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  ES384: { digest: 'sha384', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { digest: null, options: {} },
  RS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
  PS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
} as const;

export type JwsAlgorithm = keyof typeof signatureSchemes;

/** Runs on another thread. jose would use WebCrypto, which takes twice the CPU time (npm run bench:tokens). */
const verifyInBackground = promisify(verify);

/**
 * Returns whether a key has signed a JWS in the compact serialization (RFC 7515, section 5.2). The caller decides which
 * algorithm the key may be used with.
 * @param jws a text of three parts in base64url
 */
export function isSignedBy(jws: string, publicKey: KeyObject, algorithm: JwsAlgorithm): Promise<boolean> {
  const { digest, options } = signatureSchemes[algorithm];
  const end = jws.lastIndexOf('.');
  const [input, signature] = [Buffer.from(jws.slice(0, end)), Buffer.from(jws.slice(end + 1), 'base64url')];
  return verifyInBackground(digest, input, { key: publicKey, ...options }, signature);
}
