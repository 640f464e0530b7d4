import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { type KeyEncryptionKey, newestOf, openPrivateKey, sealPrivateKey } from './key-material.js';
import { type KeyRow, updateSeal } from './signing-keys.sql.js';

interface PrivateKeys {
  byKid: ReadonlyMap<string, KeyObject>;
  /** The reasons why this gateway cannot use certain keys, by kid. */
  refused: ReadonlyMap<string, string>;
  /**
   * Decrypts the keys that sign now or later. @throws StartError if KEY_ENCRYPTION_KEYS does not decrypt one of them
   */
  open(rows: readonly KeyRow[]): void;
  /**
   * Decrypts the keys that sign now or later. If a key cannot be decrypted, this gateway logs that once and does not
   * use the key.
   */
  openSome(rows: readonly KeyRow[]): void;
  /**
   * Encrypts private keys again if an older key encrypts them, so that the older key can be removed from
   * KEY_ENCRYPTION_KEYS. Each private key is encrypted again only once. Otherwise gateways with different newest keys
   * would repeat this forever.
   */
  sealAnew(rows: readonly KeyRow[]): Promise<void>;
}

/**
 * Holds the private keys of this gateway. A decrypted key remains usable, even if it is encrypted with another key
 * later.
 */
export function createPrivateKeys(
  pool: Pool,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
  log: Logger,
): PrivateKeys {
  const byKid = new Map<string, KeyObject>();
  const refused = new Map<string, string>();
  const alreadySealed = new Set<string>();

  function openEach(rows: readonly KeyRow[], onRefusal: (error: Error, kid: string) => void): void {
    for (const kid of byKid.keys()) if (!rows.some((row) => row.kid === kid)) byKid.delete(kid);
    for (const row of rows) {
      if (byKid.has(row.kid) || (row.state !== 'signs' && row.state !== 'next')) continue;
      try {
        byKid.set(row.kid, openPrivateKey(row, keyEncryptionKeys));
      } catch (error) {
        onRefusal(error as Error, row.kid);
      }
    }
  }

  return {
    byKid,
    refused,
    open: (rows) =>
      openEach(rows, (error) => {
        throw error;
      }),
    openSome: (rows) =>
      openEach(rows, (error, kid) => {
        if (!refused.has(kid)) log.error({ kid }, `Signing key cannot be used. ${error.message}`);
        refused.set(kid, error.message);
      }),
    async sealAnew(rows) {
      const { version } = newestOf(keyEncryptionKeys);
      for (const row of rows) {
        const { kid, keyVersion, sealedPrivateKey } = row;
        const privateKey = byKid.get(kid);
        if (!privateKey || !sealedPrivateKey || keyVersion === version || alreadySealed.has(kid)) continue;
        await updateSeal(pool, [
          kid,
          sealedPrivateKey,
          ...sealPrivateKey(row, privateKey, keyEncryptionKeys),
        ]);
        alreadySealed.add(kid);
        log.info({ kid, version }, 'Signing key is now encrypted with the newest key encryption key');
      }
    },
  };
}
