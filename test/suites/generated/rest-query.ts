import fc from 'fast-check';
import { line, type Part, wildDate, wildText } from './parts.js';
import type { Place, World } from './world.js';

type Query = [name: string, value: string][];

const nameOf: Record<string, string> = { CREATED_AT: 'createdAt', NAME: 'name', LAST_USED_AT: 'lastUsedAt' };
const orderOf = ({ orderBy: { field, direction } }: Place) =>
  `${direction === 'DESC' ? '-' : ''}${nameOf[field]}`;

const one = <T>(name: string, value: fc.Arbitrary<T>) => value.map((given): Query => [[name, String(given)]]);
const size = fc.integer({ min: 1, max: 25 });
const time = fc.constantFrom('2020-01-01T00:00:00Z', '2100-01-01T00:00:00.000+01:00');

/** The documented parameters of the list, each with valid values. */
const filters = [
  one('status', fc.constantFrom('active', 'disabled', 'deleted', 'active,deleted')),
  one('permission', fc.constantFrom('api:read', 'api:write')),
  one('owner', line(50)),
  one('contact', fc.constantFrom('team@example.com', 'nobody@example.com')),
  one('search', fc.constantFrom('service', 'ACCOUNT', '20', '%', 'ä')),
  one('createdBy', fc.constantFrom('admin', 'super', 'nobody')),
  one('secretOverdue', fc.boolean()),
  one('labels', fc.constantFrom('team', 'team:billing', 'team:a:b')),
  ...['createdAfter', 'createdBefore', 'lastUsedAfter', 'lastUsedBefore'].map((name) => one(name, time)),
  ...['unusedSince', 'expiresAfter', 'expiresBefore'].map((name) => one(name, time)),
];

const page = ({ places }: World) =>
  fc.oneof(
    one('first', size),
    fc.tuple(fc.constantFrom(...places), size).map(
      ([place, first]): Query => [
        ['orderBy', orderOf(place)],
        ['first', `${first}`],
        ['after', place.cursor],
      ],
    ),
  );

const wild = fc.oneof(
  fc.constantFrom<Query>(
    [['first', '0']],
    [['first', '101']],
    [['first', '1e1']],
    [['first', '99999999999']],
    [['after', 'W10']],
    [['orderBy', 'Name']],
    [['orderBy', '__proto__']],
    [['secretOverdue', 'TRUE']],
    [['status', '']],
    [['labels', ':']],
    [
      ['first', '5'],
      ['first', '5'],
    ],
    [
      ['owner', 'a'],
      ['owner', 'b'],
    ],
  ),
  fc
    .constantFrom('__proto__', 'constructor', 'last', 'before', 'First', '')
    .map((name): Query => [[name, '1']]),
  fc.tuple(wildText, wildText).map(([name, value]): Query => [[name, value]]),
  fc
    .tuple(fc.constantFrom('first', 'after', 'status', 'permission', 'search', 'owner', 'labels'), wildText)
    .map(([name, value]): Query => [[name, value]]),
  fc
    .tuple(fc.constantFrom('createdAfter', 'expiresBefore'), wildDate)
    .map(([name, value]): Query => [[name, value]]),
);

/** Writes the text behind the question mark. URLSearchParams replaces lone surrogates, which a URL cannot have. */
const written = (queries: Query[], good: boolean): Part<string> => ({
  value: new URLSearchParams(queries.flat()).toString(),
  good,
});

/** Generates the query parameters of the list. */
export function listQuery(world: World): fc.Arbitrary<Part<string>> {
  const some = fc.uniqueArray(fc.oneof(...filters), { selector: ([first]) => first?.[0], maxLength: 2 });
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(page(world), some).map(([place, all]) => written([place, ...all], true)),
    },
    { weight: 1, arbitrary: fc.tuple(wild, some).map(([odd, all]) => written([odd, ...all], false)) },
  );
}

/** Generates the query of a call that takes no parameters. */
export const noQuery: fc.Arbitrary<Part<string>> = fc.oneof(
  { weight: 19, arbitrary: fc.constant({ value: '', good: true }) },
  { weight: 1, arbitrary: wild.map((query) => written([query], false)) },
);
