import type { Pool } from 'pg';
import { Extensions, Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import type { Context } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import { checkInput } from '../../platform/input-rules.js';
import { decodeCursor, encodeCursor } from '../../platform/pagination/cursor.js';
import { type PageArgs, readPage } from '../../platform/pagination/page.args.js';
import { PageInfoType } from '../../platform/pagination/page-info.type.js';
import { timePlace } from '../../platform/pagination/place.js';
import { toPage } from '../../platform/pagination/to-page.js';
import { AuditEventType, type EventFields, toEventType } from './audit-event.type.js';
import { type AllAuditEventFilter, filterRules } from './audit-events.filter.js';
import { type EventRow, trailStatement } from './audit-events.sql.js';

/** Rows are read whole, whatever is selected, and what was before and after may be long. */
const perPage = 1000;

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
  @Extensions({ paged: true, cost: perPage })
  @Field(() => [AuditEventEdge], { description: 'The events with their places.' })
  edges!: AuditEventEdge[];

  @Extensions({ paged: true, cost: perPage })
  @Field(() => [AuditEventType], { description: 'The events alone.' })
  nodes!: AuditEventType[];

  @Field(() => PageInfoType, { description: 'Where the page is in the trail.' })
  pageInfo!: PageInfoType;
}

/** Where an event is in every list of events: what its cursor holds. */
export const place = z.tuple([timePlace, z.uuid()]);
export const placeOf = ({ occurredAt, id }: Pick<EventFields, 'occurredAt' | 'id'>): unknown[] => [
  occurredAt.toISOString(),
  id,
];

export interface Trail {
  /** Left out, those of all tenants and of none. */
  tenantId?: string;
  filter: AllAuditEventFilter;
  /** Which list it is, for its cursors: another one takes none of them. */
  list: readonly string[];
}

/**
 * Reads a page of a trail, the newest events first.
 * @returns undefined where there is neither such a tenant nor an event of it
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
  const name = JSON.stringify(['audit_event', ...list]);
  const start = page.cursor && decodeCursor(page.cursor.value, name, place, page.cursor.field);
  const statement = trailStatement({ tenantId, filter, place: start }, page);
  const rows = await context.inTurn(() => run<EventRow>(pool, statement));
  if (!rows[0]?.known) return undefined;
  const found = rows[0].id === null ? [] : rows;
  const { edges, pageInfo } = toPage(page, found, (row) => ({
    cursor: encodeCursor(name, placeOf(row)),
    node: toEventType(row),
  }));
  return { edges, nodes: edges.map(({ node }) => node), pageInfo };
}
