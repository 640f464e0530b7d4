import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import type { Context } from '../context.js';
import { run } from '../database/sql.js';
import type { AuditAction } from './actions.js';
import { doerOf, eventColumns, eventValues } from './event-values.js';

interface Change {
  action: AuditAction;
  /** Null for what belongs to no tenant. */
  tenantId: string | null;
  /** When; now, where it is left out. */
  at?: Date;
}

interface Changed {
  /** The public id of what was changed, or its name where it has none. */
  target: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** Records a change in its own transaction. */
export const recordChange = (
  em: EntityManager,
  context: Context,
  { target, before, after, ...change }: Change & Changed,
): Promise<void> => recordChanges(em, context, change, [{ target, before, after }]);

/**
 * The same change of several things, an event for each, in one statement written by hand: the unit of work takes
 * longer for a hundred events than all the rest of their change, and writes names into the text of its statements.
 */
export async function recordChanges(
  em: EntityManager,
  context: Context,
  { action, tenantId, at = new Date() }: Change,
  changed: Changed[],
): Promise<void> {
  const json = (facts: Record<string, unknown> | undefined) => (facts ? JSON.stringify(facts) : null);
  await run(em, {
    text: `insert into audit_event (
       occurred_at, tenant_id, action, ${eventColumns}, outcome, id, target, before, after
     )
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'success', id, target, before::jsonb, after::jsonb
     from unnest($11::uuid[], $12::text[], $13::text[], $14::text[]) as event (id, target, before, after)`,
    values: [
      ...[at, tenantId, action, ...eventValues(doerOf(context))],
      changed.map(() => uuid()),
      changed.map(({ target }) => target),
      changed.map(({ before }) => json(before)),
      changed.map(({ after }) => json(after)),
    ],
  });
}
