import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { type KeyEncryptionKey, newestOf, openPrivateKey, sealPrivateKey } from './key-material.js';
import { type KeyRow, updateSeal } from './signing-keys.sql.js';

interface PrivateKeys {
  byKid: ReadonlyMap<string, KeyObject>;
  /** Why a key cannot be used by this gateway, by its kid. */
  refused: ReadonlyMap<string, string>;
  /** Opens the keys that sign now or later. @throws StartError when KEY_ENCRYPTION_KEYS does not open one */
  open(rows: readonly KeyRow[]): void;
  /** Opens the keys that sign now or later. One that cannot be opened is logged once, and not used by this gateway. */
  openSome(rows: readonly KeyRow[]): void;
  /**
   * Seals private keys anew that are sealed under an older key, so that this can be removed from KEY_ENCRYPTION_KEYS.
   * It does that once for each private key: gateways that disagree about the newest key would never stop.
   */
  sealAnew(rows: readonly KeyRow[]): Promise<void>;
}

/** Holds the private keys of this gateway. Once opened, a key stays usable, whatever it is sealed under later. */
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
