import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { z } from 'zod';

/** The members of private and symmetric keys (RFC 7518, sections 6.2.2, 6.3.2 and 6.4; RFC 8037, section 2). */
const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** A key that can verify tokens (RFC 7517), reduced to the members that a verification needs. */
export const publicKey = z
  .looseObject({
    kty: z.enum(['RSA', 'EC', 'OKP'], 'must be RSA, EC or OKP, because only asymmetric keys are accepted'),
    kid: z.string().optional(),
    alg: z.string().optional(),
    use: z.string().optional(),
    issuer: z.string().optional(),
    key_ops: z
      .array(z.string())
      .refine((operations) => operations.includes('verify'), 'must include verify')
      .optional(),
  })
  .refine((key) => !privateParts.some((part) => part in key), {
    error: 'is a private key; give only the public key',
    abort: true,
  })
  // key_ops is omitted, because WebCrypto rejects a public key that lists other operations besides `verify`.
  .transform(({ kty, kid, alg, use, issuer, crv, x, y, n, e }) => ({
    ...{ kty, kid, alg, use },
    // Microsoft Entra ID adds the issuer whose tokens the key signs.
    ...(issuer !== undefined && { issuer }),
    ...({ crv, x, y, n, e } as Record<'crv' | 'x' | 'y' | 'n' | 'e', string | undefined>),
  }))
  .refine(canBeUsed, 'must be a valid public key; an RSA key must have at least 2048 bits');

export type PublicKey = z.output<typeof publicKey>;

/** Returns whether Node can use a key. Without this check, the fault would only appear with the first token. */
function canBeUsed(key: JsonWebKey): boolean {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' });
    // RFC 7518, section 3.3: an RSA key has at least 2048 bits.
    return (asymmetricKeyDetails?.modulusLength ?? 2048) >= 2048;
  } catch {
    return false;
  }
}
