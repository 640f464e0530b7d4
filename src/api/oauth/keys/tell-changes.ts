import type { Logger } from 'pino';
import type { KeyRing } from './key-ring.js';
import type { KeyRow } from './signing-keys.sql.js';

/**
 * Logs which keys have come and gone.
 * @param rows what the ring is made of now
 */
export function tellChanges(before: KeyRing, after: KeyRing, rows: readonly KeyRow[], log: Logger): void {
  for (const { kid, algorithm } of after.published.values()) {
    if (!before.published.has(kid)) log.info({ kid, algorithm }, 'a new signing key is published');
  }
  const now = rows[0]?.readAt;
  for (const known of before.published.values()) {
    const { kid } = known;
    if (after.published.has(kid)) continue;
    // Another gateway may have deleted the row by now.
    const { retiresAt } = rows.find((row) => row.kid === kid) ?? known;
    if (now && retiresAt && retiresAt <= now) log.info({ kid }, 'a signing key is no longer published');
    else log.warn({ kid }, 'a signing key was withdrawn');
  }
}
