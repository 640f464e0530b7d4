import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import type { IssuerKeys } from './keys/issuer-keys.js';
import type { KeySet } from './keys/key-set.js';

/** The content of a verified token, and the keys that verified it. */
export type Verified = JWTVerifyResult & { keys: KeySet };

/**
 * Verifies a token with the current keys. If no key matches, reads the keys again and retries.
 * @throws JOSEError if the token is invalid, AppError SERVICE_UNAVAILABLE if no keys are available
 */
export async function verify(token: string, keys: IssuerKeys, options: JWTVerifyOptions): Promise<Verified> {
  let current: KeySet | undefined;
  try {
    // jose requests the keys only after the header is valid, so a malformed token never causes a read of the keys.
    const result = await verifyWithAny(
      token,
      async (header, input) => {
        current = await keys.current();
        return current(header, input);
      },
      options,
    );
    return { ...result, keys: current as unknown as KeySet };
  } catch (error) {
    if (!current || !mayBeOfNewKey(error)) throw error;
    const renewed = await keys.renewed();
    if (renewed === current) throw error;
    return { ...(await verifyWithAny(token, renewed, options)), keys: renewed };
  }
}

/** Verifies a token. If the token has no `kid`, several keys may match, and it is valid if any of them verifies it. */
async function verifyWithAny(token: string, keys: JWTVerifyGetKey, options: JWTVerifyOptions) {
  try {
    return await jwtVerify(token, keys, options);
  } catch (several) {
    if (!(several instanceof errors.JWKSMultipleMatchingKeys)) throw several;
    for await (const key of several) {
      try {
        return await jwtVerify(token, key, options);
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/**
 * Returns whether a new key may have signed the token: its `kid` is unknown, or no known key verifies its signature.
 */
const mayBeOfNewKey = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
