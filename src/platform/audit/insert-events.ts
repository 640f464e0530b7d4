import { v7 as uuid } from 'uuid';
import { type Context, callerOf, type RequestInfo } from '../context.js';
import { type Database, run } from '../database/sql.js';
import type { AuditAction } from './actions.js';

/** Who did something, and in which request. */
export interface Actor extends RequestInfo {
  realm: string;
  id: string;
  name: string | null;
  email: string | null;
}

/** The caller behind a shield rule, as the actor of what it does. @throws AppError UNAUTHENTICATED */
export function actorOf(context: Context): Actor {
  const { realm, id, name, email } = callerOf(context);
  const { requestId, ip, userAgent } = context;
  return { realm, id, name, email, requestId, ip, userAgent };
}

/** SQL expressions for what an event says of its actor. */
export type ActorSql = Record<keyof Actor, string>;

/** The actor out of one parameter of a statement: its value is an `Actor`. @param parameter such as `$1` */
export const actorFrom = (parameter: string): ActorSql => {
  const field = (name: keyof Actor) => `${parameter}::jsonb ->> '${name}'`;
  return {
    realm: field('realm'),
    id: field('id'),
    name: field('name'),
    email: field('email'),
    requestId: field('requestId'),
    ip: field('ip'),
    userAgent: field('userAgent'),
  };
};

/** SQL expressions for the columns of an event. They may name the columns of `from`. */
interface EventSql {
  actor: ActorSql;
  action: string;
  /** The tenant that the event belongs to; null, which is the default, for none. */
  tenantId?: string;
  /** A public id, or the name of what has no id. */
  target: string;
  /** Left out, `'success'`. */
  outcome?: string;
  /** Left out, the time of the statement. */
  occurredAt?: string;
  /** Left out, a random UUID. */
  id?: string;
  before?: string;
  after?: string;
  /** What follows `from`: a relation with a row for each event, and conditions if there are any. */
  from: string;
}

/** SQL: the time of the statement with the precision of stored times, to which a cast could round into the future. */
export const now = `date_trunc('milliseconds', statement_timestamp())`;

/**
 * The one insert of audit events: a statement, or a part of a `with` clause, that inserts an event for each row of a
 * relation.
 */
export const insertEventsSql = (event: EventSql): string => `
  insert into audit_event (
    occurred_at, id, tenant_id, caller_realm, caller_id, caller_name, caller_email, request_id, ip, user_agent,
    action, target, outcome, before, after
  )
  select
    ${event.occurredAt ?? now}, ${event.id ?? 'gen_random_uuid()'}, ${event.tenantId ?? 'null'},
    ${event.actor.realm}, ${event.actor.id}, ${event.actor.name}, ${event.actor.email},
    ${event.actor.requestId}, ${event.actor.ip}, ${event.actor.userAgent},
    ${event.action}, ${event.target}, ${event.outcome ?? "'success'"}, ${event.before ?? 'null'},
    ${event.after ?? 'null'}
  from ${event.from}`;

/** A thing that was changed. */
export interface Changed {
  /** The public id of the thing, or its name if it has no id. */
  target: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

interface Change {
  action: AuditAction;
  /** Null for what belongs to no tenant. */
  tenantId: string | null;
  /** When it was changed; now, if left out. */
  at?: Date;
}

const changesSql = insertEventsSql({
  actor: actorFrom('$1'),
  action: '$2',
  tenantId: '$3',
  occurredAt: '$4',
  id: 'changed.id',
  target: 'changed.target',
  before: 'changed.before',
  after: 'changed.after',
  from: 'jsonb_to_recordset($5::jsonb) as changed (id uuid, target text, before jsonb, after jsonb)',
});

/**
 * Records the same change of several things, in the transaction that changes them: an event for each, in one
 * statement.
 */
export async function recordChanges(
  on: Database,
  context: Context,
  { action, tenantId, at = new Date() }: Change,
  changed: readonly Changed[],
): Promise<void> {
  const rows = changed.map((one) => ({ id: uuid(), ...one }));
  await run(on, {
    text: changesSql,
    values: [JSON.stringify(actorOf(context)), action, tenantId, at, JSON.stringify(rows)],
  });
}

/** Records the change of one thing, in the transaction that changes it. */
export const recordChange = (
  on: Database,
  context: Context,
  { target, before, after, ...change }: Change & Changed,
): Promise<void> => recordChanges(on, context, change, [{ target, before, after }]);
