import { containing } from '../../../platform/database/sql.js';
import type { Bind } from '../../../platform/pagination/keyset.js';
import { isLiveSql } from '../secrets/stored-secrets.js';
import type { ServiceAccountFilter } from './service-accounts.filter.js';

type Conditions = {
  [Field in keyof ServiceAccountFilter]-?: (
    value: NonNullable<ServiceAccountFilter[Field]>,
    bind: Bind,
    tenant: string,
  ) => string;
};

/** SQL for the time of last use, written as in service_account_last_used_index. */
export const lastUse = `coalesce(account.last_used_at, '-infinity')`;

/**
 * The minimum length of a search text for which the trigram index is used. For a shorter text, PostgreSQL reads all
 * names of the tenant, where `like` takes half as long as `ilike`.
 */
const minIndexedLength = 3;
const ilikeCondition = (pattern: string) => (text: string) => `${text} ilike ${pattern}`;
const lowerLikeCondition = (pattern: string) => (text: string) => `lower(${text}) like lower(${pattern})`;

/**
 * For each filter field, a function that returns the SQL condition on the row `account`. The conditions are written so
 * that the indexes of the list serve them. All values are parameters.
 */
const conditionOf: Conditions = {
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
  contact: (contact, bind) => `account.contact = ${bind(contact)}::text`,
  search: (text, bind) => {
    const pattern = `${bind(containing(text))}::text`;
    const has = ([...text].length < minIndexedLength ? lowerLikeCondition : ilikeCondition)(pattern);
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
  // The subquery reads the secrets of each account. A join would read the secrets of all tenants. An account that was
  // created after the limit cannot have an older secret, so its secrets are not read.
  secretOverdue: (overdue, _bind, tenant) => {
    const limit = `(select now() - make_interval(days => secret_max_age_days) from tenant where id = ${tenant})`;
    const oldSecret = `(
      select true from service_account_secret secret
      where secret.service_account_id = account.id and ${isLiveSql} and secret.created_at < ${limit} limit 1)`;
    return overdue
      ? `account.created_at < ${limit} and ${oldSecret} is not null`
      : `((account.created_at < ${limit}) is not true or ${oldSecret} is null)`;
  },
};

const notDeleted = `account.status <> 'deleted'`;

/** Returns the condition for a filter. @param tenant SQL for the tenant's ID */
export function conditionFor(filter: ServiceAccountFilter, bind: Bind, tenant: string): string {
  const conditions = Object.entries(filter)
    .filter(([, value]) => value != null)
    .map(([field, value]) => conditionOf[field as keyof Conditions](value as never, bind, tenant));
  return [...(filter.status ? [] : [notDeleted]), ...conditions].join(' and ');
}
