import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import type { KeySet, RealmKeys } from './keys/issuer-keys.js';

/** The content of a verified token, and the keys that verified it. */
export type Verified = JWTVerifyResult & { keys: KeySet };

/**
 * Verifies a token with the current keys. When no key fits, the keys are read again.
 * @throws JOSEError when the token is not valid, AppError SERVICE_UNAVAILABLE when there are no keys
 */
export async function verify(token: string, keys: RealmKeys, options: JWTVerifyOptions): Promise<Verified> {
  let current: KeySet | undefined;
  try {
    // jose asks for keys only when the header is valid, so that rubbish does not cause the keys to be read.
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

/** Verifies a token. Without a `kid` several keys may fit, and one that verifies it is enough. */
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

/** Tells whether a token may be of a new key: its `kid` is unknown, or no known key has made its signature. */
const mayBeOfNewKey = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
