import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { type KeyEncryptionKey, newestOf, opened, sealed } from './key-material.js';
import { type KeyRow, updateSeal } from './signing-keys.sql.js';

export interface PrivateKeys {
  byKid: ReadonlyMap<string, KeyObject>;
  /** By kid, why one cannot be used here. */
  refused: ReadonlyMap<string, string>;
  /** Opens those that sign or will. @throws StartError when KEY_ENCRYPTION_KEYS does not open one */
  open(rows: readonly KeyRow[]): void;
  /** The same while the gateway runs: what cannot be opened is told once, and not used here. */
  openSome(rows: readonly KeyRow[]): void;
  /**
   * Seals under the newest key what is sealed under an older one, so that this can be taken out. Once for each:
   * gateways that do not agree which key is the newest would go on for ever.
   */
  sealAnew(rows: readonly KeyRow[]): Promise<void>;
}

/** The private parts that this gateway has. Opened once, one stays, whatever it is sealed under by then. */
export function createPrivateKeys(
  pool: Pool,
  keyEncryptionKeys: readonly KeyEncryptionKey[],
  log: Logger,
): PrivateKeys {
  const byKid = new Map<string, KeyObject>();
  const refused = new Map<string, string>();
  const sealedHere = new Set<string>();

  function openEach(rows: readonly KeyRow[], onRefusal: (error: Error, kid: string) => void): void {
    for (const kid of byKid.keys()) if (!rows.some((row) => row.kid === kid)) byKid.delete(kid);
    for (const row of rows) {
      if (byKid.has(row.kid) || (row.state !== 'signs' && row.state !== 'next')) continue;
      try {
        byKid.set(row.kid, opened(row, keyEncryptionKeys));
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
        if (!refused.has(kid)) log.error({ kid }, `a signing key cannot be used. ${error.message}`);
        refused.set(kid, error.message);
      }),
    async sealAnew(rows) {
      const { version } = newestOf(keyEncryptionKeys);
      for (const row of rows) {
        const { kid, keyVersion, sealedPrivateKey } = row;
        const privateKey = byKid.get(kid);
        if (!privateKey || !sealedPrivateKey || keyVersion === version || sealedHere.has(kid)) continue;
        await updateSeal(pool, [kid, sealedPrivateKey, ...sealed(row, privateKey, keyEncryptionKeys)]);
        sealedHere.add(kid);
        log.info({ kid, version }, 'a signing key is sealed under the newest key encryption key');
      }
    },
  };
}
