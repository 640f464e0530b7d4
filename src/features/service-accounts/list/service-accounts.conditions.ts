import { containing } from '../../../platform/database/pattern.js';
import type { Bind } from '../../../platform/pagination/keyset.js';
import { isLive } from '../secrets/live.sql.js';
import type { ServiceAccountFilter } from './service-accounts.filter.js';

type Conditions = {
  [Field in keyof ServiceAccountFilter]-?: (
    wanted: NonNullable<ServiceAccountFilter[Field]>,
    bind: Bind,
    tenant: string,
  ) => string;
};

/** Written as service_account_last_used_index has it. */
export const lastUse = `coalesce(account.last_used_at, '-infinity')`;

/** Shorter texts are not in the index, and `like` reads all names of a tenant in half of the time of `ilike`. */
const trigram = 3;
const isLike = (pattern: string) => (text: string) => `${text} ilike ${pattern}`;
const hasPart = (pattern: string) => (text: string) => `lower(${text}) like lower(${pattern})`;

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
    const pattern = `${bind(containing(text))}::text`;
    const has = ([...text].length < trigram ? hasPart : isLike)(pattern);
    return `(${has('account.name')} or ${has('account.description')})`;
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
  // A look for each account that is met, never a join: that would read the secrets of all tenants. An account that
  // is younger than that has no secret that is older.
  secretOverdue: (overdue, _bind, tenant) => {
    const limit = `(select now() - make_interval(days => secret_max_age_days) from tenant where id = ${tenant})`;
    const oldSecret = `(
      select true from service_account_secret secret
      where secret.service_account_id = account.id and ${isLive} and secret.created_at < ${limit} limit 1)`;
    return overdue
      ? `account.created_at < ${limit} and ${oldSecret} is not null`
      : `((account.created_at < ${limit}) is not true or ${oldSecret} is null)`;
  },
};

const notDeleted = `account.status <> 'deleted'`;

/** The condition for a filter, on the accounts of the tenant with this id. */
export function conditionFor(filter: ServiceAccountFilter, bind: Bind, tenant: string): string {
  const given = Object.entries(filter).filter(([, wanted]) => wanted != null);
  const asked = given.map(([field, wanted]) =>
    conditions[field as keyof Conditions](wanted as never, bind, tenant),
  );
  return [...(filter.status ? [] : [notDeleted]), ...asked].join(' and ');
}
