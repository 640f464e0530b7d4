import { type KeyObject, sign } from 'node:crypto';

/** What signs tokens: a key, and how to sign with it. */
export interface Signer {
  /** The JOSE header in base64url. */
  header: string;
  digest: string | null;
  key: { key: KeyObject };
}

/**
 * Signs JWTs (RFC 7519) in the compact serialization (RFC 7515, section 7.1).
 * @param claims the claims of each token, as JSON
 * @returns the tokens in the order of their claims
 */
export const signAll = ({ header, digest, key }: Signer, claims: readonly string[]): string[] =>
  claims.map((one) => {
    const input = `${header}.${Buffer.from(one).toString('base64url')}`;
    return `${input}.${sign(digest, Buffer.from(input), key).toString('base64url')}`;
  });
