import { invalidField } from '../errors.js';
import type { ServiceAccountsQueryVariables } from '../generated/operations.js';
import { allowQuery, type Call } from './call.js';

type Variables = ServiceAccountsQueryVariables;
type Filter = NonNullable<Variables['filter']>;
type Order = NonNullable<Variables['orderBy']>;
type Status = NonNullable<Filter['status']>[number];

/** What a parameter may be is known to the operation: what does not fit goes to it as it came, to be named there. */
const asNumber = (text: string) => (/^-?\d{1,9}$/.test(text) ? Number(text) : text) as number;
const asBoolean = (text: string) => ({ true: true, false: false })[text] ?? (text as unknown as boolean);

const statuses: Record<Lowercase<Status>, Status> = {
  active: 'ACTIVE',
  disabled: 'DISABLED',
  deleted: 'DELETED',
};
const fields: Record<string, Order['field']> = {
  createdAt: 'CREATED_AT',
  name: 'NAME',
  lastUsedAt: 'LAST_USED_AT',
};

/** One of a few words. @throws AppError BAD_USER_INPUT that names the parameter */
function asOneOf<Value>(name: string, words: Record<string, Value>, text: string): Value {
  const value = Object.hasOwn(words, text) ? words[text] : undefined;
  if (value === undefined) throw invalidField(name, `must be one of ${Object.keys(words).join(', ')}`);
  return value;
}

/** A plus that was not encoded has become a space. */
const asTime = (text: string) => text.replace(/ (?=\d\d:\d\d$)/, '+');

/** `team:billing`, or `team` for any value. A key has no colon. */
function asLabel(text: string) {
  const [key = '', ...value] = text.split(':');
  return value.length > 0 ? { key, value: value.join(':') } : { key };
}

/** `name`, or `-name` for the other way round. */
const asOrder = (text: string): Order => ({
  field: asOneOf('orderBy', fields, text.replace(/^-/, '')),
  direction: text.startsWith('-') ? 'DESC' : 'ASC',
});

/** Each parameter of the filter, from all of its values or from its only one. */
const many: { [name: string]: (values: readonly string[]) => Filter } = {
  status: (values) => ({
    status: values.flatMap((value) => value.split(',')).map((value) => asOneOf('status', statuses, value)),
  }),
  labels: (values) => ({ labels: values.map(asLabel) }),
};

const once: { [name: string]: (value: string) => Filter } = {
  permission: (permission) => ({ permission }),
  owner: (owner) => ({ owner }),
  search: (search) => ({ search }),
  createdBy: (id) => ({ createdBy: { id } }),
  createdAfter: (value) => ({ createdAfter: asTime(value) }),
  createdBefore: (value) => ({ createdBefore: asTime(value) }),
  lastUsedAfter: (value) => ({ lastUsedAfter: asTime(value) }),
  lastUsedBefore: (value) => ({ lastUsedBefore: asTime(value) }),
  unusedSince: (value) => ({ unusedSince: asTime(value) }),
  expiresAfter: (value) => ({ expiresAfter: asTime(value) }),
  expiresBefore: (value) => ({ expiresBefore: asTime(value) }),
  secretOverdue: (value) => ({ secretOverdue: asBoolean(value) }),
};

const page: { [name: string]: (value: string) => Variables } = {
  first: (value) => ({ first: asNumber(value) }),
  after: (after) => ({ after }),
  orderBy: (value) => ({ orderBy: asOrder(value) }),
};

/**
 * The query parameters of the list.
 * @throws AppError BAD_USER_INPUT that names one that is unknown, or there more than once
 */
export function listVariables(call: Call): Variables {
  allowQuery(call, Object.keys({ ...many, ...once, ...page }));
  const variables: Variables = {};
  const filter: Filter = {};
  for (const [name, values] of call.query) {
    if (many[name]) Object.assign(filter, many[name](values));
    if (once[name]) Object.assign(filter, once[name](only(name, values)));
    if (page[name]) Object.assign(variables, page[name](only(name, values)));
  }
  return { ...variables, filter };
}

function only(name: string, [value = '', ...more]: readonly string[]): string {
  if (more.length > 0) throw invalidField(name, 'must be there once');
  return value;
}
