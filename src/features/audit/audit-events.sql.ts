import type { Statement } from '../../platform/database/sql.js';
import { type Bind, binder, isUnfiltered, keyset, rowLimit } from '../../platform/pagination/keyset.js';
import type { PageRequest } from '../../platform/pagination/page.args.js';
import type { EventFields } from './audit-event.type.js';
import { conditionsFor } from './audit-events.conditions.js';
import type { AllAuditEventFilter } from './audit-events.filter.js';

/** The entries to read, and their order. */
export interface TrailQuery {
  /** The tenant whose entries are read. If absent, the entries of all tenants and of no tenant are read. */
  tenantId?: string | undefined;
  filter: AllAuditEventFilter;
  /** Whether the oldest entry comes first. */
  ascending: boolean;
  /** The position of the entry before the page, in reading order. Undefined for the first page in that order. */
  position: readonly unknown[] | undefined;
  limit: number;
}

/** A row of a page. An empty page has one row, whose `id` is null. */
export type EventRow = EventFields & {
  /** Whether the tenant exists or, if it is deleted, has audit log entries. */
  trailExists: boolean;
};

const order = [
  { expression: 'event.occurred_at', type: 'timestamptz' },
  { expression: 'event.id', type: 'uuid' },
];

/** The columns of an entry. The statement must name the row `event`. */
const columns = `
  event.id, event.occurred_at as "occurredAt", event.tenant_id as "tenantId", event.caller_realm as "callerRealm",
  event.caller_id as "callerId", event.caller_name as "callerName", event.caller_email as "callerEmail",
  event.action, event.target, event.outcome, event.request_id as "requestId", event.ip,
  event.user_agent as "userAgent", event.before, event.after`;

/**
 * Returns SQL for whether a tenant has an audit log, which remains after the tenant is deleted. The sorted subquery
 * looks up one index entry. With `exists`, PostgreSQL could search the table.
 */
export const trailExistsSql = (tenant: string): string => `(
  exists (select from tenant where id = ${tenant})
  or (select tenant_id from audit_event where tenant_id >= ${tenant} order by tenant_id limit 1) = ${tenant})`;

/**
 * The maximum number of actions for each of which a page has a subquery. To plan a subquery takes about a millisecond
 * with a dozen partitions (npm run bench:retention).
 */
const maxSubqueries = 4;

/**
 * Returns SQL that selects entries in the order of an index. The cost of a page therefore depends neither on its
 * position nor on the number of entries (bench/audit.js). For a filter with several actions, the SQL merges the first
 * entries of each action.
 */
export function eventsOf(trail: TrailQuery, bind: Bind): string {
  const { action } = trail.filter;
  if (!action) return eventsOfOne(trail, bind);
  const actions = [...new Set(action)];
  if (actions.length > 1 && actions.length <= maxSubqueries) return eventsOfEach(actions, trail, bind);
  return eventsOfOne({ ...trail, filter: { ...trail.filter, action: actions } }, bind);
}

/**
 * Creates a subquery for each of a few actions. PostgreSQL plans each subquery for its action, because some actions
 * have few entries and others have millions.
 */
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

/** Creates the statement that reads a page of an audit log. It returns one row even if the page is empty. */
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
  // A statement about a tenant has no name, so PostgreSQL plans it for that tenant. If one tenant has nearly all
  // entries, a generic plan would search them in the order of time to find the few entries of another tenant.
  if (tenantId !== undefined || !isUnfiltered(filter)) return { text, values };
  return { name: `audit-events ${direction} ${position ? 'on' : 'from'}`, text, values };
}
