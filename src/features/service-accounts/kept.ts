/** How long a deleted account can be restored, and an ended secret be looked up. */
export const keptDays = 30;

const day = 24 * 60 * 60 * 1000;

/** Whether that is over for what was deleted then. */
export const isOver = (deletedAt: Date, now: Date): boolean =>
  deletedAt.getTime() + keptDays * day <= now.getTime();
