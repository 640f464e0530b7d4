import { v7 as uuid } from 'uuid';
import { type Context, callerOf } from '../context.js';
import { type Database, run } from '../database/sql.js';
import type { RequestInfo } from '../http/request-info.js';
import type { Payer } from '../rate-limits/tenant-budgets.js';
import type { AuditAction } from './actions.js';
import { contentOf, sizeOf } from './entry-size.js';

/** The person or program that performed an action, and the request that performed it. */
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

/** SQL expressions for the columns of an audit log entry that describe its actor. */
export type ActorSql = Record<keyof Actor, string>;

/**
 * Creates the expressions for an actor that is passed in one parameter.
 * @param parameter such as `$1`; its value is an `Actor`
 */
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

/** SQL expressions for the columns of an audit log entry. They may use the columns of `from`. */
interface EventSql {
  actor: ActorSql;
  action: string;
  /** The tenant of the entry, or null if the entry belongs to no tenant. Defaults to null. */
  tenantId?: string;
  /** The public ID of the object, the name of an object without an ID, or null if the action has no object. */
  target: string;
  /** Defaults to `'success'`. */
  outcome?: string;
  /** Defaults to the time of the statement. */
  occurredAt?: string;
  /** Defaults to a random UUID. */
  id?: string;
  before?: string;
  after?: string;
  /** A relation with one row for each entry, followed by conditions if needed. */
  from: string;
}

/** SQL for the time of the statement, truncated to milliseconds. A cast would round, possibly into the future. */
export const nowSql = `date_trunc('milliseconds', statement_timestamp())`;

/**
 * Creates the SQL that inserts one audit log entry for each row of a relation. The SQL is a statement, or a part of a
 * `with` clause. No other code inserts audit log entries.
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

/** A changed object. */
export interface Changed {
  /** The public ID of the object, or the name of an object without an ID. */
  target: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** The values that all entries of one change share. */
interface Change {
  action: AuditAction;
  /** The tenant of the entries, or null if they belong to no tenant. */
  tenantId: string | null;
  /** Whose budget the entries take from. Defaults to their tenant. */
  payer?: Payer;
  /** Defaults to the caller of the request. */
  actor?: Actor;
  /** The time of the change. Defaults to now. */
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
 * Records the same change to several objects, with one statement that inserts an audit log entry for each object. The
 * statement runs in the transaction of the change. The entries take from the budget before they are written.
 * @throws AppError RATE_LIMITED
 */
export async function recordChanges(
  on: Database,
  context: Context,
  { action, tenantId, payer = tenantId, actor = actorOf(context), at = new Date() }: Change,
  changed: readonly Changed[],
): Promise<void> {
  const entries = changed.length;
  const bytes = sum(changed.map(contentOf));
  const spending = { changes: entries, bytes: sizeOf(actor, { entries, bytes }) };
  await context.budgets.spend(payer, action, spending);
  const rows = changed.map((one) => ({ id: uuid(), ...one }));
  await run(on, {
    text: changesSql,
    values: [JSON.stringify(actor), action, tenantId, at, JSON.stringify(rows)],
  });
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** Records the change of one object in the transaction of the change. @throws AppError RATE_LIMITED */
export const recordChange = (
  on: Database,
  context: Context,
  { target, before, after, ...change }: Change & Changed,
): Promise<void> => recordChanges(on, context, change, [{ target, before, after }]);
