import type { Pool } from 'pg';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { violatedConstraint } from '../../../platform/database/database-errors.js';
import { type KeyEncryptionKey, newKey } from './key-material.js';
import { insertOnly, insertSuccessor, type KeyRow } from './signing-keys.sql.js';

/**
 * Publishes the successor of the newest key. The successor signs when every verifier can know it.
 * @returns false if another gateway published a successor first
 */
export async function rotate(
  pool: Pool,
  { kid }: Pick<KeyRow, 'kid'>,
  algorithm: SigningAlgorithm,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
): Promise<boolean> {
  const inserted = await insertSuccessor(pool, [...(await newKey(algorithm, keyEncryptionKeys)), kid]);
  return inserted.length > 0;
}

const maxAttempts = 5;

/** Replaces all keys with a key that signs immediately. The replaced keys are no longer published. */
export async function replaceAll(
  pool: Pool,
  algorithm: SigningAlgorithm,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
): Promise<void> {
  const key = await newKey(algorithm, keyEncryptionKeys);
  for (let attempt = 1; ; attempt++) {
    try {
      await insertOnly(pool, key);
      return;
    } catch (error) {
      // The database rejected the new key because a successor was published at the same time. The next attempt deletes
      // that successor too.
      if (!violatedConstraint(error) || attempt === maxAttempts) throw error;
    }
  }
}
