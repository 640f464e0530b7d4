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

/** The cost of a page: its rows are read whole, whatever is selected, and their `before` and `after` may be long. */
const pageCost = 1000;

@ObjectType('AuditEventEdge', { description: 'An event and its place in the trail.' })
export class AuditEventEdge {
  @Field(() => String, { description: 'The place, for `after` or `before`.' })
  cursor!: string;

  @Field(() => AuditEventType, { description: 'The event.' })
  node!: AuditEventType;
}

@ObjectType('AuditEventConnection', {
  description: 'A page of the audit trail. There is no total: a trail of millions is not counted.',
})
export class AuditEventConnection {
  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [AuditEventEdge], { description: 'The events with their places.' })
  edges!: AuditEventEdge[];

  @Extensions({ paged: true, cost: pageCost })
  @Field(() => [AuditEventType], { description: 'The events alone.' })
  nodes!: AuditEventType[];

  @Field(() => PageInfoType, { description: 'Where the page is in the trail.' })
  pageInfo!: PageInfoType;
}

/** Describes a list of events in the order of time. @param name distinguishes it from other lists of events */
export const eventList = (...name: string[]): CursorList<Pick<EventFields, 'occurredAt' | 'id'>> => ({
  name: JSON.stringify(['audit_event', ...name]),
  position: z.tuple([timePosition, z.uuid()]),
  positionOf: ({ occurredAt, id }) => [occurredAt.toISOString(), id],
});

export interface Trail {
  /** The tenant whose events are read. Without it, all events are read, also those that belong to no tenant. */
  tenantId?: string;
  filter: AllAuditEventFilter;
  /** The name of the list, which its cursors are bound to. */
  list: readonly string[];
}

/**
 * Reads a page of a trail, the newest events first.
 * @returns undefined if there is no such tenant, and no event of one
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
