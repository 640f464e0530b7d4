import { isPublicId } from '../../platform/ids.js';
import type { Bind } from '../../platform/pagination/keyset.js';
import type { AuditEventFilter } from './audit-events.filter.js';

/**
 * Adds a relation to a filter. The condition applies once to each row of the relation, and the pages of all rows are
 * merged.
 */
type RepeatFor = (relation: string) => void;

type Conditions = {
  [Field in keyof AuditEventFilter]-?: (
    value: NonNullable<AuditEventFilter[Field]>,
    bind: Bind,
    repeatFor: RepeatFor,
  ) => string;
};

/**
 * SQL that lists the realms in the audit log. It looks up one entry of audit_event_caller_index for each realm, and
 * there are few realms.
 */
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
 * For each filter field, a function that returns the SQL condition on the row `event`. The conditions are written so
 * that the indexes of `audit_event` serve them. All values are parameters.
 */
const conditionOf: Conditions = {
  actor: ({ realm, id }, bind, repeatFor) => {
    if (realm == null) repeatFor(realms);
    const callerRealm = realm == null ? 'realm.name' : `${bind(realm)}::text`;
    return `event.caller_realm = ${callerRealm} and event.caller_id = ${bind(id)}::text`;
  },
  action: (actions, bind, repeatFor) => {
    if (actions.length === 1) return `event.action = ${bind(actions[0])}::text`;
    repeatFor(`unnest(${bind(actions)}::text[]) action (name)`);
    return 'event.action = action.name';
  },
  target: (target, bind) =>
    `event.target = ${bind(isPublicId(target) ? target.toLowerCase() : target)}::text`,
  outcome: (outcome) => `event.outcome = '${outcome}'`,
  occurredAfter: (time, bind) => `event.occurred_at >= ${bind(time)}::timestamptz`,
  occurredBefore: (time, bind) => `event.occurred_at < ${bind(time)}::timestamptz`,
  requestId: (id, bind) => `event.request_id = ${bind(id)}::text`,
};

/**
 * Returns the conditions for a filter, except the condition on the tenant.
 * @returns the conditions, and the relations to whose rows they apply
 */
export function conditionsFor(
  filter: AuditEventFilter,
  bind: Bind,
): { conditions: string[]; repeatedFor: string[] } {
  const repeatedFor: string[] = [];
  const conditions = (Object.keys(conditionOf) as (keyof Conditions)[])
    .filter((field) => filter[field] != null)
    .map((field) =>
      conditionOf[field](filter[field] as never, bind, (relation) => repeatedFor.push(relation)),
    );
  return { conditions, repeatedFor };
}
