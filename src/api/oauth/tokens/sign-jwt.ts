import { sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import type { SigningKey } from '../keys/key-set.js';

/** The digest with which node:crypto creates the signature of a JWS (RFC 7518, section 3.4; RFC 8037, section 3.1). */
const digests: Record<SigningAlgorithm, string | null> = { ES256: 'sha256', EdDSA: null };

/** Signs on another thread. */
const signInBackground = promisify(sign);

/**
 * Signs a JWT (RFC 7519) in the compact serialization (RFC 7515, section 7.1). jose would use WebCrypto, which takes
 * twice the CPU time.
 * @param inBackground whether to sign on another thread. This takes longer, but leaves this thread to other requests.
 */
export async function signJwt(
  typ: string,
  claims: object,
  { kid, algorithm, privateKey }: SigningKey,
  inBackground: boolean,
): Promise<string> {
  const input = `${encode({ alg: algorithm, typ, kid })}.${encode(claims)}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const digest = digests[algorithm];
  const signature = inBackground
    ? await signInBackground(digest, Buffer.from(input), key)
    : sign(digest, Buffer.from(input), key);
  return `${input}.${signature.toString('base64url')}`;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
