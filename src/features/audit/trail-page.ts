import type { Pool } from 'pg';
import { Extensions, Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import { checkInput } from '../../platform/input-rules.js';
import { type CursorList, timePosition } from '../../platform/pagination/cursor.js';
import { type PageArgs, readPage } from '../../platform/pagination/page.args.js';
import { PageInfoType, positionBeside, toConnection } from '../../platform/pagination/relay-connection.js';
import { AuditEventType, type EventFields, toEventType } from './audit-event.type.js';
import { type AllAuditEventFilter, filterRules } from './audit-events.filter.js';
import { type EventRow, trailStatement } from './audit-events.sql.js';

/** The cost of a page. The statement always reads complete rows, and their `before` and `after` can be long. */
const pageCost = 1000;

@ObjectType('AuditEventEdge', { description: 'An audit log entry on a page, with its cursor.' })
export class AuditEventEdge {
  @Field(() => String, {
    description: 'The cursor of the entry. Use it as the `after` or `before` argument.',
  })
  cursor!: string;

  @Field(() => AuditEventType, { description: 'The audit log entry.' })
  node!: AuditEventType;
}

@ObjectType('AuditEventConnection', {
  description:
    'A page of audit log entries. It has no total count, because an audit log can be too large to count.',
})
export class AuditEventConnection {
  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [AuditEventEdge], { description: 'The audit log entries on the page, with their cursors.' })
  edges!: AuditEventEdge[];

  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [AuditEventType], { description: 'The audit log entries on the page, without cursors.' })
  nodes!: AuditEventType[];

  @Field(() => PageInfoType, { description: 'The position of the page in the audit log.' })
  pageInfo!: PageInfoType;
}

/** Describes a list of entries ordered by time. @param name distinguishes the list from other lists of entries */
export const eventList = (...name: string[]): CursorList<Pick<EventFields, 'occurredAt' | 'id'>> => ({
  name: JSON.stringify(['audit_event', ...name]),
  position: () => z.tuple([timePosition, z.uuid()]),
  positionOf: ({ occurredAt, id }) => [occurredAt.toISOString(), id],
});

export interface Trail {
  /** The tenant whose entries are read. If absent, the entries of all tenants and of no tenant are read. */
  tenantId?: string;
  filter: AllAuditEventFilter;
  /** The name of the list. A cursor is valid only for the list of this name. */
  list: readonly string[];
}

/**
 * Reads a page of an audit log, newest entries first.
 * @returns undefined if the tenant does not exist and has no entries
 * @throws AppError BAD_USER_INPUT
 */
export async function readTrail(
  pool: Pool,
  context: Context,
  { tenantId, filter, list }: Trail,
  args: PageArgs,
): Promise<AuditEventConnection | undefined> {
  const page = readPage(args);
  checkInput(filterRules, filter);
  const events = eventList(...list);
  const position = positionBeside(events, page);
  const statement = trailStatement({ tenantId, filter, position }, page);
  const rows = await context.inTurn(() => run<EventRow>(pool, statement));
  if (!rows[0]?.trailExists) return undefined;
  return toConnection(events, page, rows[0].id === null ? [] : rows, toEventType);
}
