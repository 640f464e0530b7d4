import type { Gateway } from './gateway.js';

/**
 * Counts the audit log entries about each of these callers, in each calendar minute. A test can run into the next
 * minute, in which there may be one more entry.
 */
export async function entriesPerMinute({ sql }: Gateway, callers: readonly string[]): Promise<number[]> {
  const rows = await sql<{ count: number }>(
    `select count(*)::integer as count from audit_event where caller_id = any ($1)
     group by caller_id, action, after ->> 'reason', date_trunc('minute', occurred_at)`,
    [callers],
  );
  return rows.map(({ count }) => count);
}

/** Makes the gateways forget what they have recorded in the current calendar minute, as if the next one had begun. */
export const endMinute = ({ sql }: Gateway) => sql('delete from audit_minute');
