import type { Statement } from '../../platform/database/sql.js';
import { type Bind, binder, isUnfiltered, keyset, rowLimit } from '../../platform/pagination/keyset.js';
import type { PageRequest } from '../../platform/pagination/page.args.js';
import type { EventFields } from './audit-event.type.js';
import { conditionsFor } from './audit-events.conditions.js';
import type { AllAuditEventFilter } from './audit-events.filter.js';

/** The events to read, and their order. */
export interface TrailQuery {
  /** The tenant whose events are read. Without it, all events are read, also those that belong to no tenant. */
  tenantId?: string | undefined;
  filter: AllAuditEventFilter;
  /** Tells whether the oldest event comes first. */
  ascending: boolean;
  /** The position of the event before the first one, in the direction of reading. */
  position: readonly unknown[] | undefined;
  limit: number;
}

/** An event of the page. An empty page has one row, without an `id`. */
export type EventRow = EventFields & {
  /** Tells whether the tenant exists, or has audit log entries although it is deleted. */
  trailExists: boolean;
};

const order = [
  { expression: 'event.occurred_at', type: 'timestamptz' },
  { expression: 'event.id', type: 'uuid' },
];

/** The columns of an event, in a statement that calls the row `event`. */
const columns = `
  event.id, event.occurred_at as "occurredAt", event.tenant_id as "tenantId", event.caller_realm as "callerRealm",
  event.caller_id as "callerId", event.caller_name as "callerName", event.caller_email as "callerEmail",
  event.action, event.target, event.outcome, event.request_id as "requestId", event.ip,
  event.user_agent as "userAgent", event.before, event.after`;

/**
 * Makes SQL for whether a tenant has a trail, which outlives the tenant. The sorted subquery takes one look into an
 * index, where `exists` could search the table.
 */
export const trailExistsSql = (tenant: string): string => `(
  exists (select from tenant where id = ${tenant})
  or (select tenant_id from audit_event where tenant_id >= ${tenant} order by tenant_id limit 1) = ${tenant})`;

/**
 * Makes SQL that selects events in the order of an index, so that they cost the same wherever they are and however many
 * there are (bench/audit.js). For a filter with several actions it merges the first events of each action.
 */
export function eventsOf(trail: TrailQuery, bind: Bind): string {
  const actions = new Set(trail.filter.action);
  return actions.size > 1 ? eventsOfEach([...actions], trail, bind) : eventsOfOne(trail, bind);
}

/** Makes a subquery for each action, planned for that action: some have few events, others have millions. */
function eventsOfEach(actions: string[], trail: TrailQuery, bind: Bind): string {
  const each = actions.map((action) => {
    const filter = { ...trail.filter, action: [action] };
    return `(${eventsOfOne({ ...trail, filter }, bind)})`;
  });
  const { orderBy } = keyset(order, trail.ascending, undefined, bind);
  return `select event.* from (${each.join(' union all ')}) event order by ${orderBy} limit ${bind(trail.limit)}`;
}

function eventsOfOne(trail: TrailQuery, bind: Bind): string {
  const { filter, ascending, position, limit } = trail;
  const { conditions, repeatedFor } = conditionsFor(filter, bind);
  const tenantId = trail.tenantId ?? filter.tenantId;
  const tenant = tenantId == null ? undefined : `${bind(tenantId)}::uuid`;
  const from = keyset(order, ascending, position, bind);
  const all = [
    ...(tenant === undefined ? [] : [`event.tenant_id = ${tenant}`]),
    ...conditions,
    ...from.conditions,
  ];
  const page = `order by ${from.orderBy} limit ${bind(limit)}`;
  const events = `select event.* from audit_event event ${all.length > 0 ? `where ${all.join(' and ')}` : ''} ${page}`;
  if (repeatedFor.length === 0) return events;
  return `select event.* from ${repeatedFor.join(' cross join ')} cross join lateral (${events}) event ${page}`;
}

/** Makes the statement that reads a page of a trail. An empty page has one row, too. */
export function trailStatement(trail: Omit<TrailQuery, 'ascending' | 'limit'>, page: PageRequest): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const { tenantId, filter, position } = trail;
  const ascending = page.backward;
  const direction = ascending ? 'asc' : 'desc';
  const trailExists = tenantId === undefined ? 'true' : trailExistsSql(`${bind(tenantId)}::uuid`);
  const text = `
    select audit_log.exists as "trailExists", ${columns}
    from (select ${trailExists} as exists) audit_log
    left join lateral (${eventsOf({ ...trail, ascending, limit: rowLimit(page) }, bind)}) event on true
    order by ${keyset(order, ascending, undefined, bind).orderBy}`;
  // A statement about a tenant is planned for that tenant. Where one tenant has nearly all events, a general plan would
  // search them, in the order of time, for the few events of another tenant.
  if (tenantId !== undefined || !isUnfiltered(filter)) return { text, values };
  return { name: `audit-events ${direction} ${position ? 'on' : 'from'}`, text, values };
}
