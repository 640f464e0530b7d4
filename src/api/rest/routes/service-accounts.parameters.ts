import {
  boolean,
  integer,
  type Kind,
  oneOf,
  order,
  type Parameters,
  pageParameters,
  text,
  time,
} from '../parameters.js';

/** `team:billing`, or `team` for any value. A key has no colon. */
const label: Kind = {
  read: (given) => {
    const [key = '', ...value] = given.split(':');
    return value.length > 0 ? { key, value: value.join(':') } : { key };
  },
  schema: { type: 'string' },
};

const statuses = { active: 'ACTIVE', disabled: 'DISABLED', deleted: 'DELETED' };
const fields = { createdAt: 'CREATED_AT', name: 'NAME', lastUsedAt: 'LAST_USED_AT' };

/** What a list of accounts can be asked for. */
export const accountParameters: Parameters = {
  ...pageParameters,
  orderBy: { at: 'orderBy', kind: order(fields) },
  status: { at: 'filter.status', kind: oneOf(statuses), many: 'separated' },
  permission: { at: 'filter.permission', kind: text },
  labels: { at: 'filter.labels', kind: label, many: 'repeated' },
  owner: { at: 'filter.owner', kind: text },
  search: { at: 'filter.search', kind: text },
  createdBy: { at: 'filter.createdBy.id', kind: text },
  createdAfter: { at: 'filter.createdAfter', kind: time },
  createdBefore: { at: 'filter.createdBefore', kind: time },
  lastUsedAfter: { at: 'filter.lastUsedAfter', kind: time },
  lastUsedBefore: { at: 'filter.lastUsedBefore', kind: time },
  unusedSince: { at: 'filter.unusedSince', kind: time },
  expiresAfter: { at: 'filter.expiresAfter', kind: time },
  expiresBefore: { at: 'filter.expiresBefore', kind: time },
  secretOverdue: { at: 'filter.secretOverdue', kind: boolean },
};

/** What the counts of an account's tokens can be asked for. */
export const usageParameters: Parameters = { hours: { at: 'hours', kind: integer } };
