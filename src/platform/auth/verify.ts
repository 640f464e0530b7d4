import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import type { KeySet, RealmKeys } from './keys/realm-keys.js';

/** What a token says, and the keys under which that is so. */
export type Verified = JWTVerifyResult & { keys: KeySet };

/**
 * Verifies a token under the current keys, and under those after another look if they do not fit.
 * @throws JOSEError when the token is not valid, AppError SERVICE_UNAVAILABLE when there are no keys
 */
export async function verify(token: string, keys: RealmKeys, options: JWTVerifyOptions): Promise<Verified> {
  let current: KeySet | undefined;
  try {
    // jose asks for keys once the header is in order, so that rubbish makes nobody read them.
    const result = await underAny(
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
    return { ...(await underAny(token, renewed, options)), keys: renewed };
  }
}

/** Where several keys fit, as they may without a `kid`, one of them is enough. */
async function underAny(token: string, keys: JWTVerifyGetKey, options: JWTVerifyOptions) {
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

/** A new `kid`; or, where tokens have none or it is used again, a signature that no known key has made. */
const mayBeOfNewKey = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
