import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Logger } from 'pino';
import { StartError } from '../../../platform/start-error.js';
import type { KeyRow } from './signing-keys.sql.js';

/** Checks keys, so that the gateway does not publish a key that was damaged in the database or changed by hand. */
interface KeyChecks {
  /** @throws StartError if the key that signs or the newest key is damaged */
  require(rows: readonly KeyRow[]): Promise<void>;
  /** Returns the intact keys. Logs each damaged key once. */
  select(rows: readonly KeyRow[]): Promise<KeyRow[]>;
}

export function createKeyChecks(log: Logger): KeyChecks {
  const logged = new Set<string>();
  const findBroken = async (rows: readonly KeyRow[]): Promise<KeyRow[]> => {
    const intact = await Promise.all(rows.map(isIntact));
    return rows.filter((_row, index) => !intact[index]);
  };
  return {
    async require(rows) {
      const [broken] = await findBroken(rows.filter((row) => row.newest || row.state === 'signs'));
      if (!broken) return;
      throw new StartError(
        `The signing key ${broken.kid} is damaged: its public key does not match its kid. ` +
          'Replace all signing keys with `npm run keys -- rotate --compromised`',
      );
    },
    async select(rows) {
      const broken = await findBroken(rows);
      for (const { kid } of broken) {
        if (logged.has(kid)) continue;
        log.error({ kid }, 'Signing key is damaged and not published: its public key does not match its kid');
        logged.add(kid);
      }
      return rows.filter((row) => !broken.includes(row));
    },
  };
}

/** Returns whether the kid is the thumbprint of the public key (RFC 7638, section 3). */
async function isIntact({ kid, publicKey }: KeyRow): Promise<boolean> {
  try {
    // Node checks that this is a key, and exports it in the format that the thumbprint requires.
    const jwk = createPublicKey({ key: publicKey, format: 'jwk' }).export({ format: 'jwk' }) as JWK;
    // The keys of both signing algorithms have a curve.
    return jwk.crv !== undefined && (await calculateJwkThumbprint(jwk)) === kid;
  } catch {
    return false;
  }
}
