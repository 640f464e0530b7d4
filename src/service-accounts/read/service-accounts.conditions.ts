import { isLive } from '../secrets/live.sql.js';
import type { ServiceAccountFilter } from './service-accounts.filter.js';

/** Adds a value to the parameters of a statement. @returns its placeholder */
export type Bind = (value: unknown) => string;

type Conditions = {
  [Field in keyof ServiceAccountFilter]-?: (
    wanted: NonNullable<ServiceAccountFilter[Field]>,
    bind: Bind,
  ) => string;
};

/** Written as service_account_last_used_index has it. */
export const lastUse = `coalesce(account.last_used_at, '-infinity')`;

/** What `%` and `_` would stand for in a pattern of `like`. */
const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/**
 * What each filter asks for of the row `account`, in the words of its indexes. Values are parameters, all of them:
 * the text is ours.
 */
const conditions: Conditions = {
  status: (statuses, bind) => `account.status = any (${bind(statuses)}::text[])`,
  permission: (name, bind) => `account.permissions @> array[${bind(name)}::text]`,
  labels: (labels, bind) =>
    labels
      .map(({ key, value }) =>
        value == null
          ? `account.labels ? ${bind(key)}::text`
          : `account.labels @> ${bind(JSON.stringify({ [key]: value }))}::jsonb`,
      )
      .join(' and ') || 'true',
  owner: (owner, bind) => `account.owner = ${bind(owner)}::text`,
  search: (text, bind) => {
    const pattern = bind(`%${literally(text)}%`);
    return `(account.name ilike ${pattern}::text or account.description ilike ${pattern}::text)`;
  },
  createdBy: ({ realm, id }, bind) =>
    `account.created_by_id = ${bind(id)}::text${realm == null ? '' : ` and account.created_by_realm = ${bind(realm)}::text`}`,
  createdAfter: (time, bind) => `account.created_at >= ${bind(time)}::timestamptz`,
  createdBefore: (time, bind) => `account.created_at < ${bind(time)}::timestamptz`,
  lastUsedAfter: (time, bind) => `${lastUse} >= ${bind(time)}::timestamptz`,
  lastUsedBefore: (time, bind) => `${lastUse} > '-infinity' and ${lastUse} < ${bind(time)}::timestamptz`,
  unusedSince: (time, bind) => {
    const since = `${bind(time)}::timestamptz`;
    return `${lastUse} < ${since} and account.created_at < ${since}`;
  },
  expiresAfter: (time, bind) => `account.expires_at >= ${bind(time)}::timestamptz`,
  expiresBefore: (time, bind) => `account.expires_at < ${bind(time)}::timestamptz`,
  secretOverdue: (overdue) => `${overdue ? '' : 'not '}exists (
    select from service_account_secret secret
    where secret.service_account_id = account.id and ${isLive} and secret.created_at <
      now() - make_interval(days => (select secret_max_age_days from tenant where tenant.id = account.tenant_id)))`,
};

const notDeleted = `account.status <> 'deleted'`;

/** The condition for a filter, on the tenant's accounts. */
export function conditionFor(filter: ServiceAccountFilter, bind: Bind): string {
  const given = Object.entries(filter).filter(([, wanted]) => wanted != null);
  const asked = given.map(([field, wanted]) => conditions[field as keyof Conditions](wanted as never, bind));
  return [...(filter.status ? [] : [notDeleted]), ...asked].join(' and ');
}
