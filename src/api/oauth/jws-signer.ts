import { type KeyObject, sign } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { SigningAlgorithm } from '../../platform/auth/access-token-settings.js';
import type { SigningKey } from './keys/key-set.js';

/** The digest with which node:crypto creates the signature of a JWS (RFC 7518, section 3.4; RFC 8037, section 3.1). */
const digests: Record<SigningAlgorithm, string | null> = { ES256: 'sha256', EdDSA: null };

/**
 * Signs access tokens with node:crypto. oidc-provider would use WebCrypto, which passes each signature to another
 * thread and takes twice as long.
 */
export class JwsSigner extends ExternalSigningKey {
  /** @param requireKey throws if this gateway no longer has a published key */
  constructor(
    private readonly key: SigningKey,
    private readonly requireKey: () => void,
  ) {
    super();
    Object.assign(this, { kid: key.kid, alg: key.algorithm });
  }

  override keyObject(): KeyObject {
    return this.key.publicKey;
  }

  override sign(data: Uint8Array): Uint8Array {
    this.requireKey();
    const { algorithm, privateKey } = this.key;
    return sign(digests[algorithm], data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  }
}
