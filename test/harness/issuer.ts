import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export interface Issuer {
  issuer: string;
  audience: string;
  jwks: { keys: JWK[] };
  /** Signs a token. Claims that are undefined are left out; `exp` and the like can be set by hand. */
  sign(claims?: JWTPayload, header?: { alg?: string; kid?: string; crit?: string[] }): Promise<string>;
}

/** Somebody else's identity provider, with one ES256 key. */
export async function createIssuer(name: string): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = `${name}-key`;
  const issuer = `https://${name}.example.com`;
  const audience = 'service-account-gateway';
  return {
    issuer,
    audience,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] },
    sign: async (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const all = { iss: issuer, aud: audience, sub: 'somebody', iat: now, exp: now + 600, ...claims };
      return new SignJWT(all)
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT', ...header })
        .sign(privateKey);
    },
  };
}
