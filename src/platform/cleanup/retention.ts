/**
 * The number of days for which a deleted account can be restored, and for which a revoked or expired secret
 * or an expired public key is kept.
 */
export const retentionDays = 30;

const dayMs = 24 * 60 * 60 * 1000;

/** Returns whether the cleanup may remove an account that was deleted at this time. */
export const isPastRetention = (deletedAt: Date, now: Date): boolean =>
  deletedAt.getTime() + retentionDays * dayMs <= now.getTime();
