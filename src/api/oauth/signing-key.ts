import { type KeyObject, sign } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { SigningAlgorithm } from '../../platform/auth/access-token-settings.js';

/** How node:crypto makes what a JWS holds (RFC 7518, section 3.4; RFC 8037, section 3.1). */
const hashes: Record<SigningAlgorithm, string | null> = { ES256: 'sha256', EdDSA: null };

interface Key {
  kid: string;
  algorithm: SigningAlgorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/**
 * A key that signs by itself. The library would sign by WebCrypto, which hands each signature to another thread and
 * takes twice as long.
 */
export class OwnSigningKey extends ExternalSigningKey {
  /** @param requireKey throws where this gateway has no key that is published any more */
  constructor(
    private readonly key: Key,
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
    return sign(hashes[algorithm], data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  }
}
