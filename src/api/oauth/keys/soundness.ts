import { createHash, createPublicKey } from 'node:crypto';
import type { Logger } from 'pino';
import { StartError } from '../../../platform/start-error.js';
import type { KeyRow } from './signing-keys.sql.js';

/** Keeps what was written to the table by hand, or damaged there, from being published. */
export interface Soundness {
  /** @throws StartError when the key that signs, or the newest one, is broken */
  require(rows: readonly KeyRow[]): void;
  /** The rows without those that are broken, of which each is told once. */
  select(rows: readonly KeyRow[]): KeyRow[];
}

export function createSoundness(log: Logger): Soundness {
  const told = new Set<string>();
  return {
    require(rows) {
      const broken = rows.find((row) => (row.newest || row.state === 'signs') && !isSound(row));
      if (!broken) return;
      throw new StartError(
        `The signing key ${broken.kid} is broken: its public key is not the one of its kid. ` +
          '`npm run keys -- rotate --compromised` puts a new one in the place of all keys',
      );
    },
    select: (rows) =>
      rows.filter((row) => {
        if (isSound(row)) return true;
        if (!told.has(row.kid)) {
          log.error(
            { kid: row.kid },
            'a signing key is broken, and not published: its public key is not its own',
          );
        }
        told.add(row.kid);
        return false;
      }),
  };
}

/** Whether the kid is the thumbprint of the key (RFC 7638, section 3). */
function isSound({ kid, publicKey }: KeyRow): boolean {
  try {
    const { crv, kty, x, y } = createPublicKey({ key: publicKey, format: 'jwk' }).export({ format: 'jwk' });
    // The members that a key of its kind requires, by their names. One of EdDSA has no y.
    const members = JSON.stringify({ crv, kty, x, y });
    return createHash('sha256').update(members).digest('base64url') === kid;
  } catch {
    return false;
  }
}
