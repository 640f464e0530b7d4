import { constants, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningKey } from '../keys/key-set.js';

/**
 * How node:crypto computes the signature of each algorithm (RFC 7518, sections 3.3 to 3.5; RFC 8037, section 3.1). The
 * salt of PS256 is as long as its digest.
 */
const schemes = {
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  ES384: { digest: 'sha384', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { digest: null, options: {} },
  RS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
  PS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
} as const;

export type JwsAlgorithm = keyof typeof schemes;

/** These run on another thread. jose would use WebCrypto, which takes twice the CPU time (npm run bench:tokens). */
const signInBackground = promisify(sign);
const verifyInBackground = promisify(verify);

/**
 * Signs a JWT (RFC 7519) in the compact serialization (RFC 7515, section 7.1).
 * @param inBackground whether to sign on another thread. This takes longer, but leaves this thread to other requests.
 */
export async function signJwt(
  typ: string,
  claims: object,
  { kid, algorithm, privateKey }: SigningKey,
  inBackground: boolean,
): Promise<string> {
  const { digest, options } = schemes[algorithm];
  const input = `${encode({ alg: algorithm, typ, kid })}.${encode(claims)}`;
  const key = { key: privateKey, ...options };
  const signature = inBackground
    ? await signInBackground(digest, Buffer.from(input), key)
    : sign(digest, Buffer.from(input), key);
  return `${input}.${signature.toString('base64url')}`;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * Returns whether a key has signed a JWS in the compact serialization (RFC 7515, section 5.2). The caller decides which
 * algorithm the key may be used with.
 * @param jws a text of three parts in base64url
 */
export function isSignedBy(jws: string, publicKey: KeyObject, algorithm: JwsAlgorithm): Promise<boolean> {
  const { digest, options } = schemes[algorithm];
  const end = jws.lastIndexOf('.');
  const [input, signature] = [Buffer.from(jws.slice(0, end)), Buffer.from(jws.slice(end + 1), 'base64url')];
  return verifyInBackground(digest, input, { key: publicKey, ...options }, signature);
}

/**
 * Returns whether a token is in the compact serialization (RFC 7515, section 3.1), in its only correct form. jose also
 * accepts other texts that decode to the same token, with which a client could bypass what others store about it.
 */
export const isCompact = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
