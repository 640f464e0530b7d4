import type { Pool } from 'pg';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { violatedConstraint } from '../../../platform/database/unique-violation.js';
import { type KeyEncryptionKey, newKey } from './key-material.js';
import { insertInstead, insertSuccessor, type KeyRow } from './signing-keys.sql.js';

/**
 * Publishes the successor of the newest key, which signs once every verifier can know it.
 * @returns whether it did: somebody else may have been first
 */
export async function rotate(
  pool: Pool,
  { kid }: Pick<KeyRow, 'kid'>,
  algorithm: SigningAlgorithm,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
): Promise<boolean> {
  const made = await insertSuccessor(pool, [...(await newKey(algorithm, keyEncryptionKeys)), kid]);
  return made.length > 0;
}

const attempts = 5;

/** Puts a key in the place of all others, which are published no longer. It signs at once. */
export async function replaceAll(
  pool: Pool,
  algorithm: SigningAlgorithm,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
): Promise<void> {
  const key = await newKey(algorithm, keyEncryptionKeys);
  for (let attempt = 1; ; attempt++) {
    try {
      await insertInstead(pool, key);
      return;
    } catch (error) {
      // A successor was published in the same moment. It is to go, too.
      if (!violatedConstraint(error) || attempt === attempts) throw error;
    }
  }
}
