import fc from 'fast-check';
import type { Operation } from './graphql-operation.js';
import { hugeText, wildText } from './parts.js';

/** The members of a body or a query string, which may have any types after a mutation. */
export interface Payload {
  query?: unknown;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
}

/** Spoils one part of an operation. */
type Mutation = (operation: Operation) => fc.Arbitrary<Payload>;

const tokens = /"(?:[^"\\]|\\.)*"|[\w$@]+|\.\.\.|\S/g;

const onQuery =
  (spoil: (query: string) => fc.Arbitrary<string>): Mutation =>
  (operation) =>
    spoil(operation.query).map((query) => ({ ...operation, query }));

const at = (query: string) => fc.nat({ max: query.length });
const token = (words: string[]) => fc.nat({ max: Math.max(0, words.length - 1) });

/** Changes one or two of a document's tokens. */
const onTokens = (spoil: (words: string[], one: number, two: number) => string[]) =>
  onQuery((query) => {
    const words = query.match(tokens) ?? [];
    return fc.tuple(token(words), token(words)).map(([one, two]) => spoil(words, one, two).join(' '));
  });

const insert = (text: fc.Arbitrary<string>) =>
  onQuery((query) =>
    fc.tuple(at(query), text).map(([place, added]) => query.slice(0, place) + added + query.slice(place)),
  );

const field =
  (name: keyof Payload, value: fc.Arbitrary<unknown>): Mutation =>
  (operation) =>
    value.map((wild) => ({ ...operation, [name]: wild }));

/** Tokens of the GraphQL language, which are inserted at random places. */
const stray = fc.constantFrom(
  '{', '}', '(', ')', '[', ']', '!', '$', '$v0', '@include', '@include(if: true)', '@skip(if: $no)', '@deprecated',
  '...', '... on Node', '...F0', '...Missing', 'fragment F0 on Query { ...F0 }', 'on', 'null', 'true', '__typename',
  '__schema { types { name } }', 'id', 'clientSecret', 'subscription', 'mutation', ':', '=', '"', '"""', '#', '&', '|',
  '1.', '-', '1e999', '99999999999999999999', 'query Own { __typename }', '"\\u{110000}"', '"\\uD800"', '\ufeff', '\u0000',
); // biome-ignore format: a list of words

const big = fc.integer({ min: 2, max: 4_000 });
const monsters = fc.oneof(
  big.map((depth) => `${'{viewer'.repeat(depth)}${'}'.repeat(depth)}`),
  big.map((depth) => `{ viewer ${'{ tenants '.repeat(depth)} { id } ${'}'.repeat(depth)} }`),
  big.map((count) => `{ ${Array.from({ length: count }, (_, n) => `a${n}: viewer { id }`).join(' ')} }`),
  big.map((count) => `{ viewer { ${'id '.repeat(count)} } }`),
  big.map((count) => `{ viewer ${'@include(if: true) '.repeat(count)} { id } }`),
  big.map((count) => `query (${'$a: Int '.repeat(count)}) { viewer { id } }`),
  big.map((depth) => `query ($a: ${'['.repeat(depth)}Int${']'.repeat(depth)}) { viewer { id } }`),
  big.map((depth) => `{ serviceAccount(id: ${'['.repeat(depth)}1${']'.repeat(depth)}) { id } }`),
  big.map(
    (depth) => `{ __schema { types ${'{ fields { type '.repeat(depth)} { name } ${'} }'.repeat(depth)} } }`,
  ),
  big.map(
    (count) =>
      `{ ...F0 } ${Array.from({ length: count }, (_, n) => `fragment F${n} on Query { ...F${n + 1} }`).join(' ')}`,
  ),
  fc.constant('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
  hugeText.map((text) => `{ serviceAccount(id: ${JSON.stringify(text)}) { id } }`),
  hugeText.map((text) => `{ ${text} }`),
  fc.constant('subscription { __typename }'),
);

export const mutations: Mutation[] = [
  // These mutations change characters.
  onQuery((query) =>
    fc
      .tuple(at(query), fc.nat({ max: 8 }))
      .map(([place, length]) => query.slice(0, place) + query.slice(place + length)),
  ),
  onQuery((query) => at(query).map((place) => query.slice(0, place))),
  insert(wildText),
  insert(stray.map((text) => ` ${text} `)),
  insert(stray.map((text) => ` ${text} `)),
  // These mutations change tokens.
  onTokens((words, one, two) => words.with(one, words[two] ?? '').with(two, words[one] ?? '')),
  onTokens((words, one, two) => words.with(one, words[two] ?? '')),
  onTokens((words, one) => words.toSpliced(one, 1)),
  onTokens((words, one) => words.toSpliced(one, 0, words[one] ?? '')),
  // These mutations change the other members of the body.
  (operation) =>
    fc
      .tuple(
        fc.constantFrom('', ...Object.keys(operation.variables)),
        fc.oneof(fc.jsonValue(), wildText, hugeText),
      )
      .map(([name, value]) => ({ ...operation, variables: { ...operation.variables, [name]: value } })),
  (operation) => fc.constant({ ...operation, variables: {} }),
  field('variables', fc.oneof(fc.jsonValue(), wildText)),
  field(
    'operationName',
    fc.oneof(fc.constantFrom('Own', 'Other', 'F0', '', '__proto__'), wildText, fc.jsonValue()),
  ),
  field(
    'extensions',
    fc.oneof(fc.constant({ persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }), fc.jsonValue()),
  ),
  field('query', fc.oneof(monsters, monsters, wildText, fc.jsonValue())),
];
