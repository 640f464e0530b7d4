/** The number of days for which a deleted account can be restored, and a revoked or expired secret can be read. */
export const retentionDays = 30;

const dayMs = 24 * 60 * 60 * 1000;

/** Tells whether the cleanup may remove an account that was deleted at that time. */
export const isPastRetention = (deletedAt: Date, now: Date): boolean =>
  deletedAt.getTime() + retentionDays * dayMs <= now.getTime();
