import { hkdfSync } from 'node:crypto';
import type { AuditAction } from '../audit/actions.js';
import type { Caller } from '../auth/caller.js';
import type { Pepper } from '../crypto.js';

/** An idempotency key and its scope. The same text is a different key for another caller, tenant or operation. */
export interface KeyScope {
  caller: Caller;
  tenantId: string;
  operation: AuditAction;
  key: string;
}

export interface DerivedKeys {
  /** The hash that identifies the stored response. */
  hash: Buffer;
  /** The AES-256 key that encrypts the secrets. */
  seal: Buffer;
}

/**
 * Derives two independent keys for each pepper (HKDF-SHA-256, RFC 5869). The hash in the database reveals nothing about
 * the key that decrypts the secrets. Deriving that key requires both the pepper and the idempotency key.
 */
export function deriveKeys(
  { caller, tenantId, operation, key }: KeyScope,
  peppers: readonly Pepper[],
): DerivedKeys[] {
  const material = JSON.stringify([caller.realm, caller.id, tenantId, operation, key]);
  return peppers.map(({ key: pepper }) => {
    const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', material, pepper, purpose, 32));
    return { hash: derive('idempotency look-up'), seal: derive('idempotency seal') };
  });
}
