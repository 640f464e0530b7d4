import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export interface Issuer {
  issuer: string;
  audience: string;
  /** The audiences of the tokens that `sign` makes, of which a test may add some. */
  audiences: string[];
  jwks: { keys: JWK[] };
  /** The key for tokens that `sign` does not make. */
  privateKey: CryptoKey;
  /** Signs a token. Undefined claims are omitted, and given claims such as `exp` replace the usual ones. */
  sign(claims?: JWTPayload, header?: { alg?: string; kid?: string; crit?: string[] }): Promise<string>;
}

/** Makes an identity provider with one key, which is for ES256 by default. */
export async function createIssuer(name: string, alg = 'ES256'): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `${name}-key`;
  const issuer = `https://${name}.example.com`;
  const audience = 'service-account-gateway';
  const audiences = [audience];
  return {
    issuer,
    audience,
    audiences,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }] },
    privateKey,
    sign: async (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const aud = audiences.length > 1 ? audiences : audience;
      const all = { iss: issuer, aud, sub: 'somebody', iat: now, exp: now + 600, ...claims };
      return new SignJWT(all).setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey);
    },
  };
}
