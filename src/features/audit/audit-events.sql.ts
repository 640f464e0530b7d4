import type { Statement } from '../../platform/database/sql.js';
import { isUnfiltered } from '../../platform/pagination/is-unfiltered.js';
import { type Bind, binder, keyset } from '../../platform/pagination/keyset.js';
import type { PageRequest } from '../../platform/pagination/page.args.js';
import { rowsFor } from '../../platform/pagination/to-page.js';
import type { EventFields } from './audit-event.type.js';
import { conditionsFor } from './audit-events.conditions.js';
import type { AllAuditEventFilter } from './audit-events.filter.js';

/** Which events, and in which order. */
export interface TrailQuery {
  /** Left out, those of all tenants and of none. */
  tenantId?: string | undefined;
  filter: AllAuditEventFilter;
  /** The oldest first. */
  ascending: boolean;
  /** Where they begin: the event there is not one of them. */
  place: readonly unknown[] | undefined;
  limit: number;
}

/** An event of the page; without an `id` where the page is empty. */
export type EventRow = EventFields & {
  /** Whether there is a tenant, or has been one. */
  known: boolean;
};

const order = [
  { expression: 'event.occurred_at', type: 'timestamptz' },
  { expression: 'event.id', type: 'uuid' },
];

/** As selected from a row `event`. */
const columns = `
  event.id, event.occurred_at as "occurredAt", event.tenant_id as "tenantId", event.caller_realm as "callerRealm",
  event.caller_id as "callerId", event.caller_name as "callerName", event.caller_email as "callerEmail",
  event.action, event.target, event.outcome, event.request_id as "requestId", event.ip,
  event.user_agent as "userAgent", event.before, event.after`;

/** A trail outlives its tenant. What is next to it in the index tells whether there is one: a look, never a search. */
export const isKnown = (tenant: string): string => `(
  exists (select from tenant where id = ${tenant})
  or (select tenant_id from audit_event where tenant_id >= ${tenant} order by tenant_id limit 1) = ${tenant})`;

/**
 * Whole rows of the trail where they stand in an index, so that they cost the same wherever they are and however many
 * there are (bench/audit.js). Where a filter has several values, each is read so, and the best of all of them are
 * taken.
 */
export function eventsOf(trail: TrailQuery, bind: Bind): string {
  const actions = new Set(trail.filter.action);
  return actions.size > 1 ? eventsOfEach([...actions], trail, bind) : eventsOfOne(trail, bind);
}

/** Each with its own value, for which it is planned: of some actions there are few, of others there are millions. */
function eventsOfEach(actions: string[], trail: TrailQuery, bind: Bind): string {
  const each = actions.map((action) => {
    const filter = { ...trail.filter, action: [action] };
    return `(${eventsOfOne({ ...trail, filter }, bind)})`;
  });
  const { orderBy } = keyset(order, trail.ascending, undefined, bind);
  return `select event.* from (${each.join(' union all ')}) event order by ${orderBy} limit ${bind(trail.limit)}`;
}

function eventsOfOne(trail: TrailQuery, bind: Bind): string {
  const { filter, ascending, place, limit } = trail;
  const { conditions, sources } = conditionsFor(filter, bind);
  const tenantId = trail.tenantId ?? filter.tenantId;
  const tenant = tenantId == null ? undefined : `${bind(tenantId)}::uuid`;
  const from = keyset(order, ascending, place, bind);
  const all = [
    ...(tenant === undefined ? [] : [`event.tenant_id = ${tenant}`]),
    ...conditions,
    ...from.conditions,
  ];
  const page = `order by ${from.orderBy} limit ${bind(limit)}`;
  const events = `select event.* from audit_event event ${all.length > 0 ? `where ${all.join(' and ')}` : ''} ${page}`;
  if (sources.length === 0) return events;
  return `select event.* from ${sources.join(' cross join ')} cross join lateral (${events}) event ${page}`;
}

/** A page of a trail in one statement. There is a row also where it is empty. */
export function trailStatement(trail: Omit<TrailQuery, 'ascending' | 'limit'>, page: PageRequest): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const { tenantId, filter, place } = trail;
  const ascending = page.backward;
  const direction = ascending ? 'asc' : 'desc';
  const known = tenantId === undefined ? 'true' : isKnown(`${bind(tenantId)}::uuid`);
  const text = `
    select trail.known, ${columns}
    from (select ${known} as known) trail
    left join lateral (${eventsOf({ ...trail, ascending, limit: rowsFor(page) }, bind)}) event on true
    order by ${keyset(order, ascending, undefined, bind).orderBy}`;
  // Of a tenant it is planned for its values: where one tenant has nearly all events, a plan for any would look for
  // those of another among all of them, by their time.
  if (tenantId !== undefined || !isUnfiltered(filter)) return { text, values };
  return { name: `audit-events ${direction} ${place ? 'on' : 'from'}`, text, values };
}
