import { isPublicId } from '../../platform/ids.js';
import type { Bind } from '../../platform/pagination/keyset.js';
import type { AuditEventFilter } from './audit-events.filter.js';

/** Adds a relation for whose rows the condition is repeated. The pages of all its rows are merged into one. */
type RepeatFor = (relation: string) => void;

type Conditions = {
  [Field in keyof AuditEventFilter]-?: (
    value: NonNullable<AuditEventFilter[Field]>,
    bind: Bind,
    repeatFor: RepeatFor,
  ) => string;
};

/** SQL for the few realms of the trail. It takes one look into audit_event_caller_index for each realm. */
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
 * Functions that make the SQL condition on the row `event` for the value of each filter field. The conditions are
 * written so that the indexes of the trail serve them. All values are parameters.
 */
const conditionOf: Conditions = {
  actor: ({ realm, id }, bind, repeatFor) => {
    if (realm == null) repeatFor(realms);
    const callerRealm = realm == null ? 'realm.name' : `${bind(realm)}::text`;
    return `event.caller_realm = ${callerRealm} and event.caller_id = ${bind(id)}::text`;
  },
  // A filter with several actions is split into one filter for each action (audit-events.sql.ts).
  action: ([action], bind) => `event.action = ${bind(action)}::text`,
  target: (target, bind) =>
    `event.target = ${bind(isPublicId(target) ? target.toLowerCase() : target)}::text`,
  outcome: (outcome) => `event.outcome = '${outcome}'`,
  occurredAfter: (time, bind) => `event.occurred_at >= ${bind(time)}::timestamptz`,
  occurredBefore: (time, bind) => `event.occurred_at < ${bind(time)}::timestamptz`,
  requestId: (id, bind) => `event.request_id = ${bind(id)}::text`,
};

/**
 * Makes the conditions for a filter, apart from the tenant.
 * @returns the conditions, and the relations for whose rows they are repeated
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
