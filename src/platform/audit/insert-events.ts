import { v7 as uuid } from 'uuid';
import { type Context, callerOf, type RequestInfo } from '../context.js';
import { type Database, run } from '../database/sql.js';
import type { AuditAction } from './actions.js';

/** The person or machine that did something, and the request in which it was done. */
export interface Actor extends RequestInfo {
  realm: string;
  id: string;
  name: string | null;
  email: string | null;
}

/** Returns the caller of a request as an actor. @throws AppError UNAUTHENTICATED */
export function actorOf(context: Context): Actor {
  const { realm, id, name, email } = callerOf(context);
  const { requestId, ip, userAgent } = context;
  return { realm, id, name, email, requestId, ip, userAgent };
}

/** SQL expressions for the columns of an event that describe its actor. */
export type ActorSql = Record<keyof Actor, string>;

/** Makes the expressions for an actor in one parameter, whose value is an `Actor`. @param parameter such as `$1` */
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

/** SQL expressions for the columns of an event. They may use the columns of `from`. */
interface EventSql {
  actor: ActorSql;
  action: string;
  /** The tenant that the event belongs to, or null for none. The default is null. */
  tenantId?: string;
  /** The public id of the object, its name if it has no id, or null for no object in particular. */
  target: string;
  /** The outcome. The default is `'success'`. */
  outcome?: string;
  /** The time of the event. The default is the time of the statement. */
  occurredAt?: string;
  /** The id of the event. The default is a random UUID. */
  id?: string;
  before?: string;
  after?: string;
  /** A relation with a row for each event, and conditions if there are any. */
  from: string;
}

/** SQL for the time of the statement in milliseconds, cut off: a cast would round, possibly into the future. */
export const nowSql = `date_trunc('milliseconds', statement_timestamp())`;

/**
 * Makes the one insert of audit events: a statement, or a part of a `with` clause, that inserts an event for each row
 * of a relation.
 */
export const insertEventsSql = (event: EventSql): string => `
  insert into audit_event (
    occurred_at, id, tenant_id, caller_realm, caller_id, caller_name, caller_email, request_id, ip, user_agent,
    action, target, outcome, before, after
  )
  select
    ${event.occurredAt ?? nowSql}, ${event.id ?? 'gen_random_uuid()'}, ${event.tenantId ?? 'null'},
    ${event.actor.realm}, ${event.actor.id}, ${event.actor.name}, ${event.actor.email},
    ${event.actor.requestId}, ${event.actor.ip}, ${event.actor.userAgent},
    ${event.action}, ${event.target}, ${event.outcome ?? "'success'"}, ${event.before ?? 'null'},
    ${event.after ?? 'null'}
  from ${event.from}`;

/** An object that was changed. */
export interface Changed {
  /** The public id of the object, or its name if it has no id. */
  target: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** The values that the events of one change have in common. */
interface Change {
  action: AuditAction;
  /** The tenant that the events belong to, or null for none. */
  tenantId: string | null;
  /** When the change was made. The default is now. */
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
 * Records the same change of several objects, in the transaction that changes them, by one statement that inserts an
 * event for each.
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

/** Records the change of one object, in the transaction that changes it. */
export const recordChange = (
  on: Database,
  context: Context,
  { target, before, after, ...change }: Change & Changed,
): Promise<void> => recordChanges(on, context, change, [{ target, before, after }]);
