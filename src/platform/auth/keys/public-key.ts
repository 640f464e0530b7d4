import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { z } from 'zod';

/** The members of private and shared keys: RFC 7518, sections 6.2.2, 6.3.2 and 6.4; RFC 8037, section 2. */
const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** A key that can verify tokens (RFC 7517), without the members that do not matter for that. */
export const publicKey = z
  .looseObject({
    kty: z.enum(['RSA', 'EC', 'OKP'], 'must be RSA, EC or OKP, because realms accept only asymmetric keys'),
    kid: z.string().optional(),
    alg: z.string().optional(),
    use: z.string().optional(),
    key_ops: z
      .array(z.string())
      .refine((operations) => operations.includes('verify'), 'must include verify')
      .optional(),
  })
  .refine((key) => !privateParts.some((part) => part in key), {
    error: 'is a private key; give only the public key',
    abort: true,
  })
  // key_ops is left out, since WebCrypto refuses a public key that names other operations beside `verify`.
  .transform(({ kty, kid, alg, use, crv, x, y, n, e }) => ({
    ...{ kty, kid, alg, use },
    ...({ crv, x, y, n, e } as Record<'crv' | 'x' | 'y' | 'n' | 'e', string | undefined>),
  }))
  .refine(canBeUsed, 'must be a valid public key; an RSA key must have at least 2048 bits');

export type PublicKey = z.output<typeof publicKey>;

/** Tells whether Node can use a key. jose would find out only with the first token. */
function canBeUsed(key: JsonWebKey): boolean {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' });
    // RFC 7518, section 3.3: RSA keys have 2048 bits or more.
    return (asymmetricKeyDetails?.modulusLength ?? 2048) >= 2048;
  } catch {
    return false;
  }
}
