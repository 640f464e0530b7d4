import { hkdfSync } from 'node:crypto';
import type { AuditAction } from '../audit/actions.js';
import type { Caller } from '../auth/caller.js';
import type { Pepper } from '../crypto.js';

/** What a key is valid within. The same key of another caller, or for another operation, is another key. */
export interface KeyScope {
  caller: Caller;
  tenantId: string;
  operation: AuditAction;
  key: string;
}

export interface DerivedKeys {
  /** What the row is found by. */
  hash: Buffer;
  /** An AES-256 key. */
  seal: Buffer;
}

/**
 * Two independent keys for each pepper (HKDF-SHA-256, RFC 5869): whoever reads the database learns the hash,
 * which says nothing about the key that opens the secret. Without both pepper and idempotency key nobody has it.
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
