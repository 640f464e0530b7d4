import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExecutionResult, execute, parse } from 'graphql';
import { createExecutor } from '../../../../src/api/graphql/execution/executor.js';
import { Calls, schema } from './sample-schema.js';

/** Executes a document with graphql-js, and three times with the gateway, of which the last two have a plan. */
async function compare(text: string, variableValues?: Record<string, unknown>, operationName?: string) {
  const document = parse(text);
  const run = async (how: (contextValue: Calls) => ExecutionResult | Promise<ExecutionResult>) => {
    const context = new Calls();
    const result = await how(context);
    const errors = result.errors?.map((error) => [
      error.originalError?.message,
      error.nodes,
      error.stack?.split('\n')[0],
    ]);
    return { text: JSON.stringify(result), errors, calls: context.calls };
  };
  const given = { document, variableValues, operationName };
  const expected = await run((contextValue) => execute({ schema, ...given, contextValue }));
  const executor = createExecutor(schema);
  for (let time = 0; time < 3; time++)
    expect(await run((contextValue) => executor({ ...given, contextValue }))).toEqual(expected);
  return JSON.parse(expected.text);
}

const everyLeaf = `id name count big flag rate color noColor missing getter throws isError asProperty called echo slow
  slowError tags holes slowTags __typename`;

test.each([
  ['all leaves', `{ item { ${everyLeaf} } }`],
  ['all leaves of items', `{ items { ${everyLeaf} children { ${everyLeaf} } } }`],
  [
    'aliases',
    '{ b: item { y: name x: name name } a: item { constructor: id hasOwnProperty: id toString: id then: id } }',
  ],
  ['an alias that names the prototype', '{ __proto__: item { __proto__: name a: name } }'],
  [
    'merged fields',
    `{ item { self { name } self { id } ...F } ...G }
    fragment F on Item { self { count } } fragment G on Query { item { flag ...F } }`,
  ],
  ['inline fragments', '{ ... { item { ... on Item { name } ... on Node { id } } } }'],
  ['an interface', '{ node { id ... on Item { name } } }'],
  ['introspection', '{ __schema { queryType { name } } __type(name: "Item") { name } item { name } }'],
  ['null of an object', '{ item(name: "none") { name } }'],
  ['null that passes to the next object', '{ item { name self { neededButMissing } } }'],
  ['null that passes to the answer', '{ later { name } needed { id } }'],
  ['null that passes through a list', '{ items { name neededButThrows } grid { neededButSlowError } }'],
  [
    'two errors in one object',
    '{ item { a: neededButThrows b: neededButSlowError } later { neededButSlowError c: neededButThrows } }',
  ],
  ['errors that arrive in turn', '{ item { slowError a: slowError throws b: neededSelf { slowError } } }'],
  ['lists of lists and of promises', '{ grid { name } mixed { name neededSelf { id } } noList { id } }'],
  [
    'skipped fields',
    '{ item { name @skip(if: true) id @include(if: true) ...F @skip(if: true) } } fragment F on Item { flag }',
  ],
])('%s', async (_what, text) => {
  await compare(text);
});

test.each([
  ['values', { n: 1, name: 'a', text: '"`$1}{\\\u2028*/\n', list: [1], point: { x: 1, y: null } }],
  ['no values', {}],
  ['null', { n: 2, name: null, text: null, list: null, point: null }],
  ['a single value for a list', { list: 5 }],
  ['values of wrong types', { n: 'x', list: [null], point: { z: 1 } }],
  ['an own key __proto__', JSON.parse('{ "__proto__": { "n": 5 }, "constructor": 1 }')],
])('variables: %s', async (_what, variables) => {
  const text = `query Q($n: Int = 2, $name: String, $text: String = "default", $list: [Int!], $point: Point) {
    items(count: $n) { name echo(text: $text, list: $list, point: $point) a: echo(point: { y: $n }, list: [1, $n]) }
    item(name: $name) { name called(times: $n) b: echo(text: """block " \\\u2028 \`\${x}\` */""", color: GREEN) }
    later(ticks: $n) { id }
  }`;
  await compare(text, variables);
});

test.each([
  ['the first', 'A'],
  ['the second', 'B'],
  ['a mutation', 'M'],
  ['an unknown operation', 'C'],
  ['none', undefined],
])('several operations, of which the request names %s', async (_what, operationName) => {
  const text =
    'query A { item { ...F } } query B { later { ...F } } mutation M { item { id } } fragment F on Item { name }';
  await compare(text, {}, operationName);
});

const leaves = fc.constantFrom(
  ...everyLeaf.split(/\s+/),
  'neededButMissing',
  'neededButThrows',
  'neededButSlowError',
);
const alias = fc.constantFrom('', '', '', 'a: ', 'b: ');
const { object } = fc.letrec<{ object: string; selection: string }>((tie) => ({
  selection: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(alias, leaves).map((parts) => parts.join('')),
    fc
      .tuple(alias, fc.constantFrom('self', 'neededSelf', 'children'), tie('object'))
      .map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('...', '... on Item'), tie('object')).map((parts) => parts.join('')),
    fc.constant('...F'),
  ),
  object: fc.array(tie('selection'), { minLength: 1, maxLength: 4 }).map((parts) => `{ ${parts.join(' ')} }`),
}));
const roots = fc.constantFrom('item', 'later', 'items', 'grid', 'mixed', 'item(name: "lonely")');

test('documents of all shapes', async () => {
  const root = fc.tuple(alias, roots, object).map((parts) => parts.join(''));
  const document = fc
    .tuple(fc.array(root, { minLength: 1, maxLength: 3 }), object)
    .filter(([, fragment]) => !fragment.includes('...F'))
    .map(([fields, fragment]) => `{ ${fields.join(' ')} } fragment F on Item ${fragment}`);
  await fc.assert(
    fc.asyncProperty(document, async (text) => void (await compare(text))),
    { numRuns: 100 },
  );
});

/** Executes a document five times. @returns how many executions found out its fragments again */
async function executionsWithoutPlan(text: string): Promise<number> {
  const executor = createExecutor(schema);
  const document = parse(text);
  const contextValue = new Calls();
  for (let time = 0; time < 5; time++) await executor({ document, contextValue });
  return contextValue.fragments.size;
}

test('a query gets its plan at its second execution', async () => {
  expect(await executionsWithoutPlan('{ item { id } }')).toBe(2);
});

test('a mutation, and a query that graphql-js must execute, get no plan', async () => {
  expect(await executionsWithoutPlan('mutation { item { id } }')).toBe(5);
  expect(await executionsWithoutPlan('{ node { id } }')).toBe(5);
  expect(await executionsWithoutPlan('{ item { id name @skip(if: true) } }')).toBe(5);
});

test('a document whose fragments multiply each other gets no plan', async () => {
  const levels = Array.from(
    { length: 12 },
    (_, n) => `fragment F${n} on Item { a: self { ...F${n + 1} } b: self { ...F${n + 1} } }`,
  );
  const text = `{ item(name: "none") { ...F0 } } ${levels.join(' ')} fragment F12 on Item { id }`;
  expect(await executionsWithoutPlan(text)).toBe(5);
});
