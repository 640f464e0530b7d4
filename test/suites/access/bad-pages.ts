import type { Args } from './operation.js';

type Place = [list: string, time: string, id: string];
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Broken cursors, each made from the content of a good one. */
export const wrongCursors: Record<string, (place: Place, good: string) => string> = {
  'no sense': () => 'nonsense',
  'nothing in it': () => '',
  'too much in it': () => 'A'.repeat(2_000),
  'no list': () => encode(null),
  'an empty list': () => encode([]),
  'no place': ([list]) => encode([list]),
  'half a place': ([list, time]) => encode([list, time]),
  'more than a place': (place) => encode([...place, 1]),
  'a time that is none': ([list, , id]) => encode([list, '2999-02-30T00:00:00Z', id]),
  'another id': ([list, time, id]) => encode([list, time, `sa-${id}`]),
  'an object for a time': ([list, , id]) => encode([list, {}, id]),
  'its end cut off': (_place, good) => good.slice(0, -1),
  'its beginning cut off': (_place, good) => good.slice(1),
};

const filter = (field: string, value: unknown, named = field): [string, Args] => [
  named,
  { filter: { [field]: value } },
];

/** Wrong arguments of any list over GraphQL, each with the argument that the error names. */
const wrongPages: [string, Args][] = [
  ...['first', 'last'].flatMap((name) =>
    [0, 101, -1, 1.5, '5', 2 ** 31].map((value): [string, Args] => [name, { [name]: value }]),
  ),
  ['last', { first: 5, last: 5 }],
  ['after', { last: 5, after: 'x' }],
  ['before', { first: 5, before: 'x' }],
  ['after', { after: 'x', before: 'x' }],
  ['field', { orderBy: { field: 'SIZE', direction: 'ASC' } }],
  ['direction', { orderBy: { field: 'NAME' } }],
  filter('color', 'red'),
  filter('status', []),
  filter('status', ['GONE'], 'status.0'),
  filter('search', ''),
  filter('search', 'x'.repeat(101)),
  filter('search', 'nul\0'),
  filter('search', 'zero\u200bwidth'),
];

const wrongAccountPages: [string, Args][] = [
  ...wrongPages,
  filter('permission', 'api:*'),
  filter('owner', 'x'.repeat(256)),
  filter('contact', 'nobody'),
  filter('labels', [{ key: '' }], 'labels.0.key'),
  filter('labels', [{ key: 'a', value: 'x\0' }], 'labels.0.value'),
  filter(
    'labels',
    Array.from({ length: 33 }, (_, index) => ({ key: `key${index}` })),
  ),
  filter('createdBy', { realm: 'acme' }, 'createdBy.id'),
  filter('createdBy', { id: '' }, 'createdBy.id'),
  filter('createdBy', { id: 'x', realm: '\0' }, 'createdBy.realm'),
  ...['createdAfter', 'createdBefore', 'lastUsedAfter', 'lastUsedBefore', 'unusedSince'].map((name) =>
    filter(name, 'yesterday'),
  ),
  filter('expiresAfter', '2999-01-01'),
  filter('expiresBefore', 5),
  filter('secretOverdue', 'yes'),
];

const wrongTenantPages: [string, Args][] = [
  ...wrongPages,
  filter('status', ['ACTIVE', 'SUSPENDED', 'ACTIVE']),
  filter('owner', 'x'),
  filter('externalId', 'x'),
  filter('externalId', { realm: 'acme' }, 'externalId.id'),
  filter('externalId', { id: 'x' }, 'externalId.realm'),
  filter('externalId', { realm: '\0', id: 'x' }, 'externalId.realm'),
  filter('externalId', { realm: 'acme', id: '\0' }, 'externalId.id'),
  filter('externalId', { realm: 'acme', id: 'x'.repeat(256) }, 'externalId.id'),
];

/** Wrong queries of any list over REST, each with the parameter that the error names. */
const wrongQueries: [string, string][] = [
  ...['0', '101', '-1', '1.5', 'five', '', '99999999999', '0x10', '+5', ' 5'].map(
    (value): [string, string] => ['first', `first=${encodeURIComponent(value)}`],
  ),
  ...['last', 'before', 'filter', 'First', 'x-tenantid', '__proto__', 'constructor'].map(
    (name): [string, string] => [name, `${name}=5`],
  ),
  ...['first', 'after', 'orderBy', 'search'].map((name): [string, string] => [name, `${name}=1&${name}=1`]),
  ...['size', '', '--name', 'name,createdAt', 'NAME', '-'].map((value): [string, string] => [
    'orderBy',
    `orderBy=${value}`,
  ]),
  ['status', 'status='],
  ['status', 'status=gone'],
  ['status', 'status=active,gone'],
  ['status', 'status=active&status=gone'],
  ['search', 'search='],
  ['search', 'search=%00'],
  ['search', `search=${'x'.repeat(101)}`],
];

const wrongAccountQueries: [string, string][] = [
  ...wrongQueries,
  ...['permission', 'createdAfter', 'secretOverdue'].map((name): [string, string] => [
    name,
    `${name}=1&${name}=1`,
  ]),
  ['permission', 'permission=api:*'],
  ['labels', 'labels='],
  ['labels', 'labels=:billing'],
  ['owner', `owner=${'x'.repeat(256)}`],
  ['contact', 'contact=nobody'],
  ['createdBy', 'createdBy='],
  ['createdAfter', 'createdAfter=yesterday'],
  ['createdBefore', 'createdBefore=2999-01-01'],
  ['lastUsedAfter', 'lastUsedAfter='],
  ['unusedSince', 'unusedSince=1'],
  ['expiresBefore', 'expiresBefore=2999-01-01T00:00:00'],
  ['secretOverdue', 'secretOverdue=yes'],
  ['secretOverdue', 'secretOverdue='],
];

const wrongTenantQueries: [string, string][] = [
  ...wrongQueries,
  ['status', 'status=deleted'],
  ['owner', 'owner=x'],
  ['realm', 'realm=acme'],
  ['externalId', 'externalId=x'],
  ['realm', 'realm=&externalId=x'],
  ['externalId', 'realm=acme&externalId='],
  ['externalId', 'realm=acme&externalId=x&externalId=y'],
];

/** The lists, each with its wrong arguments. */
export const lists = [
  {
    name: 'serviceAccounts',
    rest: '/api/v1/admin/service-account',
    pages: wrongAccountPages,
    queries: wrongAccountQueries,
  },
  {
    name: 'tenants',
    rest: '/api/v1/admin/tenant',
    pages: wrongTenantPages,
    queries: wrongTenantQueries,
  },
];
