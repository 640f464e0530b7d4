import { isPublicId } from '../../platform/ids.js';
import type { Bind } from '../../platform/pagination/keyset.js';
import type { AuditEventFilter } from './audit-events.filter.js';

/** Adds what there is one of for each of several pages, which are then one: an index has each of them in order. */
type Each = (source: string) => void;

type Conditions = {
  [Field in keyof AuditEventFilter]-?: (
    wanted: NonNullable<AuditEventFilter[Field]>,
    bind: Bind,
    each: Each,
  ) => string;
};

/** The few realms that the trail knows, by as many looks into audit_event_caller_index. */
const realms = `(
  with recursive realm (name) as (
    (select caller_realm from audit_event order by caller_realm limit 1)
    union all
    select (select caller_realm from audit_event where caller_realm > realm.name order by caller_realm limit 1)
    from realm where realm.name is not null
  )
  select name from realm where name is not null
) realm`;

/**
 * What each filter asks for of the row `event`, in the words of its indexes. Values are parameters, all of them: the
 * text is ours.
 */
const conditions: Conditions = {
  actor: ({ realm, id }, bind, each) => {
    if (realm == null) each(realms);
    const of = realm == null ? 'realm.name' : `${bind(realm)}::text`;
    return `event.caller_realm = ${of} and event.caller_id = ${bind(id)}::text`;
  },
  // Several are read one by one (audit-events.sql.ts).
  action: ([action], bind) => `event.action = ${bind(action)}::text`,
  target: (target, bind) =>
    `event.target = ${bind(isPublicId(target) ? target.toLowerCase() : target)}::text`,
  outcome: (outcome) => `event.outcome = '${outcome}'`,
  occurredAfter: (time, bind) => `event.occurred_at >= ${bind(time)}::timestamptz`,
  occurredBefore: (time, bind) => `event.occurred_at < ${bind(time)}::timestamptz`,
  requestId: (id, bind) => `event.request_id = ${bind(id)}::text`,
};

/** The conditions for a filter, whatever the tenant, and what they are repeated for. */
export function conditionsFor(
  filter: AuditEventFilter,
  bind: Bind,
): { conditions: string[]; sources: string[] } {
  const sources: string[] = [];
  const asked = (Object.keys(conditions) as (keyof Conditions)[])
    .filter((field) => filter[field] != null)
    .map((field) => conditions[field](filter[field] as never, bind, (source) => sources.push(source)));
  return { conditions: asked, sources };
}
