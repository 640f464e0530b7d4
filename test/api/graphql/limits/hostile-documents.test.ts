import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { limits } from '../../../../src/api/graphql/limits/document-limits.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

let gateway: Gateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  headers = await gateway.as('tenant_admin', await gateway.createTenant());
});
afterAll(() => gateway.close());

const accounts = async () => (await gateway.sql('select count(*)::int as n from service_account'))[0]?.n;

afterEach(async () => {
  expect((await gateway.graphql(headers, '{ viewer { id } }')).body.data.viewer.id).toBe('a tenant_admin');
});

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => part(n)).join(' ');

/** Nests a number of fields in each other, as in `{ viewer { tenants { … } } }`. */
const nested = (depth: number, before = '{', after = '}') => `${before.repeat(depth)}${after.repeat(depth)}`;

/** Writes fragments that each spread the next one twice, so that the first one stands for 2^count fields. */
const bomb = (count: number, spread: (next: string) => string) =>
  `${times(count, (n) => `fragment F${n} on ServiceAccount { ${spread(`F${n + 1}`)} }`)} fragment F${count} on ServiceAccount { id }`;

const account = (selection: string) => `{ serviceAccount(id: "x") { ${selection} } }`;

const createOnce = (n: number) => `c${n}: createServiceAccount { clientSecret }`;

/** The full introspection as a fragment F. */
const wholeSchema = getIntrospectionQuery()
  .replace(/query IntrospectionQuery\s*\{\s*__schema/, 'fragment F on __Schema')
  .replace('}\n    }\n', '}\n');

const codes: Record<string, string> = {
  tokens: 'GRAPHQL_PARSE_FAILED',
  cost: 'BAD_USER_INPUT',
  operations: 'BAD_USER_INPUT',
  repeats: 'BAD_USER_INPUT',
};

const messages: Record<keyof typeof limits, string> = {
  tokens: 'The document has more than 1000 tokens',
  operations: 'The document has more than 20 operations',
  repeats: 'The document contains more than 50 repeated fields',
  depth: 'The document nests fields more than 10 levels deep',
  introspectionDepth: 'The document nests lists more than 2 levels deep within introspection',
  introspections: 'The document has more than 3 introspection fields (__schema and __type)',
  wholeSchemas: 'The introspection response would be more than 2 times as large as the whole schema',
  aliases: 'The document has more than 30 aliases',
  aliasLength: 'The document has an alias of more than 100 characters',
  directives: 'The document has more than 20 directives',
  cost: 'The response could exceed the limit of 34000 fields. Request fewer fields or smaller pages.',
  mutations: 'The document has more than 10 mutations',
};

test.each<[string, keyof typeof limits, string]>([
  ['20,000 nested braces', 'tokens', nested(20_000, '{a')],
  ['20,000 nested lists', 'tokens', `{ serviceAccount(id: ${nested(20_000, '[', ']')}) { id } }`],
  ['20,000 nested objects', 'tokens', `{ serviceAccount(id: ${'{a:'.repeat(20_000)}`],
  [
    '20,000 nested types of a variable',
    'tokens',
    `query ($a: ${nested(20_000, '[', ']')}) { viewer { id } }`,
  ],
  ['20,000 nested inline fragments', 'tokens', '{...'.repeat(20_000)],
  ['2,000 aliases', 'tokens', `{ ${times(2_000, (n) => `a${n}: viewer { tenants { id } }`)} }`],
  ['a field 10,000 times', 'tokens', `{ viewer { ${'id '.repeat(10_000)} } }`],
  ['5,000 directives', 'tokens', `{ viewer { id ${'@skip(if: false) '.repeat(5_000)} } }`],
  ['5,000 unknown directives', 'tokens', `{ viewer { id ${'@x '.repeat(5_000)} } }`],
  ['2,000 operations', 'tokens', times(2_000, (n) => `query q${n} { viewer { id } }`)],
  ['5,000 variables', 'tokens', `query (${times(5_000, (n) => `$v${n}: ID`)}) { viewer { id } }`],
  [
    'an operation too many',
    'operations',
    times(limits.operations + 1, (n) => `query Q${n} { viewer { id } }`),
  ],
  [
    'operations that share an introspection',
    'operations',
    `${times(150, (n) => `query Q${n} { ...X }`)} fragment X on Query { __schema { types { fields { name } } } }`,
  ],
  ['an alias that is too long', 'aliasLength', `{ ${'a'.repeat(limits.aliasLength + 1)}: viewer { id } }`],
  [
    'an alias of 90 kB in a fragment of introspection',
    'aliasLength',
    `{ __schema { types { fields { ...F } } } } fragment F on __Field { ${'a'.repeat(90_000)}: name }`,
  ],
  ['one alias too many', 'aliases', `{ ${times(limits.aliases + 1, (n) => `a${n}: viewer { id }`)} }`],
  ['aliases of __typename', 'aliases', `{ ${times(limits.aliases + 1, (n) => `a${n}: __typename`)} }`],
  [
    'aliases in fragments',
    'aliases',
    `{ a: viewer { ...F } b: viewer { ...F } } fragment F on Viewer { ${times(limits.aliases / 2, (n) => `a${n}: id`)} }`,
  ],
  [
    'aliases of introspection',
    'aliases',
    `{ ${times(limits.aliases + 1, (n) => `a${n}: __schema { types { fields { args { name } } } }`)} }`,
  ],
  [
    'directives on fields',
    'directives',
    `{ viewer { ${times(limits.directives + 1, () => 'id @skip(if: false)')} } }`,
  ],
  [
    'directives in fragments',
    'directives',
    `{ ${times(3, (n) => `a${n}: viewer { ...F @skip(if: false) }`)} } fragment F on Viewer { ${times(limits.directives / 2, () => 'id @skip(if: false)')} }`,
  ],
  ['a mutation too many', 'mutations', `mutation { ${times(limits.mutations + 1, createOnce)} }`],
  [
    'mutations in fragments',
    'mutations',
    `mutation { ...A ... on Mutation { ${times(limits.mutations, createOnce)} } } fragment A on Mutation { createServiceAccount { clientSecret } }`,
  ],
  [
    'a fragment bomb in fields',
    'depth',
    `${account('...F0')} ${bomb(30, (next) => `tenant { id } a: createdBy { id } ... { createdBy { x { ...${next} } } }`)}`,
  ],
  ['fields in fields', 'depth', `${'{ a '.repeat(limits.depth + 1)} ${'}'.repeat(limits.depth + 1)}`],
  [
    'fields in fields of fragments',
    'depth',
    `{ a { ...F } } fragment F on Viewer ${'{ a '.repeat(limits.depth)} ${'}'.repeat(limits.depth)}`,
  ],
  [
    'types in types in types',
    'introspectionDepth',
    '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
  ],
  [
    'types in types of fragments',
    'introspectionDepth',
    '{ __type(name: "Query") { ...A } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ...C } } } fragment C on __Type { fields { name } }',
  ],
  [
    'an introspection too many',
    'introspections',
    `{ ${times(limits.introspections + 1, (n) => `a${n}: __type(name: "Query") { name }`)} }`,
  ],
  [
    'introspections in fragments',
    'introspections',
    `{ __schema { ...S } ... { a: __schema { ...S } } ...A ...A } fragment A on Query { b: __schema { ...S } ...B } fragment B on Query { __type(name: "Query") { name } } fragment S on __Schema { queryType { name } }`,
  ],
  [
    'introspections in several operations',
    'introspections',
    times(limits.introspections + 1, (n) => `query Q${n} { __typename __type(name: "Query") { name } }`),
  ],
  [
    'the full introspection in three operations',
    'wholeSchemas',
    `${times(3, (n) => `query Q${n} { __schema { ...F } }`)} ${wholeSchema}`,
  ],
  [
    'long aliases of what a list repeats',
    'wholeSchemas',
    `{ __schema { ${times(24, (n) => `t${n}: types { fields { ${'a'.repeat(limits.aliasLength)}: name } }`)} } }`,
  ],
  [
    'the full introspection three times',
    'wholeSchemas',
    `{ ${times(3, (n) => `a${n}: __schema { ...F }`)} } ${wholeSchema}`,
  ],
  [
    'aliases of lists within introspection',
    'wholeSchemas',
    `{ __schema { ${times(limits.aliases, (n) => `a${n}: types { ...T }`)} } } fragment T on __Type { fields { name description type { name description } } }`,
  ],
  [
    'fields of the types of all fields',
    'wholeSchemas',
    '{ __schema { types { fields { type { ...T ofType { ...T ofType { ...T } } } } } } } fragment T on __Type { kind name description enumValues { name description isDeprecated deprecationReason } fields { name description isDeprecated deprecationReason args { name description defaultValue type { kind name description } } type { kind name description enumValues { name description } ofType { kind name description enumValues { name description } ofType { kind name description enumValues { name description } } } } } }',
  ],
  [
    'a type that a variable names',
    'wholeSchemas',
    `query ($name: String = "Query") { __type(name: $name) { ${times(limits.aliases, (n) => `a${n}: fields { type { ...T ofType { ...T } } }`)} } } fragment T on __Type { fields { name description type { name description ofType { name description } } } }`,
  ],
  [
    'fewer fields, whose descriptions are long',
    'wholeSchemas',
    `{ __schema { types { fields { ${times(limits.aliases / 2, (n) => `a${n}: type { description ofType { description } }`)} } } } }`,
  ],
  [
    'a fragment bomb in introspection',
    'wholeSchemas',
    `{ __schema { queryType { ...F0 } } } ${bomb(30, (next) => `...${next} ... { ...${next} }`)
      .replaceAll('ServiceAccount', '__Type')
      .replace('{ id }', '{ name }')}`,
  ],
  ['a field 240 times', 'repeats', `query { ${'viewer { id } '.repeat(240)} }`],
  [
    'a field 240 times, which conflicts with two',
    'repeats',
    `{ ${'viewer { id }'.repeat(240)} ${'viewer { id: name }'.repeat(2)} }`,
  ],
  ['a leaf too often', 'repeats', `{ viewer { ${'id '.repeat(limits.repeats + 2)} } }`],
  [
    'a field with many fields in it',
    'repeats',
    `{ ${'viewer { tenants { id name } } '.repeat(limits.repeats / 4 + 2)} }`,
  ],
  [
    'a field in inline fragments',
    'repeats',
    `{ ${'... { viewer { id } } '.repeat(limits.repeats / 2 + 2)} }`,
  ],
  [
    'a field in as many fragments',
    'repeats',
    `{ ${times(60, (n) => `...F${n}`)} } ${times(60, (n) => `fragment F${n} on Query { viewer { id } }`)}`,
  ],
  [
    'a field in fragments of fragments',
    'repeats',
    `{ ...F0 } ${times(60, (n) => `fragment F${n} on Query { viewer { id } ...F${(n + 1) % 60} }`)}`,
  ],
  [
    'a field with a fragment in it',
    'repeats',
    `{ ${'viewer { ...F } '.repeat(20)} } fragment F on Viewer { id name email }`,
  ],
  [
    'a page again and again',
    'cost',
    `{ serviceAccounts(first: 100) { ${times(29, (n) => `a${n}: nodes { labels { value } }`)} } }`,
  ],
  [
    'pages from their ends',
    'cost',
    `{ ${times(29, (n) => `a${n}: serviceAccounts(last: 100) { nodes { secrets { id hint } } }`)} }`,
  ],
  [
    'pages of the usual size',
    'cost',
    `{ ${times(29, (n) => `a${n}: serviceAccounts { edges { node { secrets { id hint } keys { id } } } }`)} }`,
  ],
])('%s: a 400 that names the limit of %s', async (_what, limit, query) => {
  for (const own of [headers, {}, { ...headers, accept: 'application/json' }]) {
    const answer = await gateway.graphql(own, query);
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    const error = answer.body.errors.find(
      ({ extensions }: { extensions: { details?: { limit: string } } }) =>
        extensions.details?.limit === limit,
    );
    expect(error.message).toBe(messages[limit]);
    expect(error.extensions).toEqual({
      code: codes[limit] ?? 'GRAPHQL_VALIDATION_FAILED',
      details: { limit, maximum: limits[limit] },
      requestId: answer.headers.get('x-request-id'),
    });
    expect(JSON.stringify(answer.body).length).toBeLessThan(50_000);
  }
  expect(await accounts()).toBe(0);
});

test.each([
  ['spread twice', (next: string) => `...${next} ...${next}`],
  ['in inline fragments', (next: string) => `... { ...${next} } ... on Node { ...${next} }`],
])('a fragment bomb %s is one field', async (_what, spread) => {
  const { body } = await gateway.graphql(headers, `${account('...F0')} ${bomb(30, spread)}`);
  expect(body.errors).toMatchObject([{ extensions: { details: { field: 'id' } } }]);
});

test.each([
  ['20,000 nested braces without names', `{ viewer ${nested(20_000)} }`],
  ['circular fragments', `{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }`],
  ['a fragment of itself', '{ viewer { ...A } } fragment A on Viewer { id ...A ...A }'],
  [
    'a cycle of a hundred',
    `{ viewer { ...F0 } } ${times(100, (n) => `fragment F${n} on Viewer { ...F${(n + 1) % 100} }`)}`,
  ],
  ['a directive that is unknown', '{ viewer { id @defer } }'],
  ['@defer', '{ viewer { id ... @defer { name } } }'],
  ['@stream', '{ viewer { tenants @stream { id } } }'],
  ['a directive twice', '{ viewer { id @skip(if: false) @skip(if: true) } }'],
])('%s: a 400', async (_what, query) => {
  const { status, body, headers: fields } = await gateway.graphql(headers, query);
  expect(status).toBe(400);
  expect(body.data).toBeUndefined();
  for (const { extensions } of body.errors)
    expect(extensions).toEqual({
      code: expect.stringMatching(/^GRAPHQL_/),
      requestId: fields.get('x-request-id'),
    });
});

test.each([
  ['a name of 90 kB', `{ ${'x'.repeat(90_000)} }`],
  ['90 kB in a string', `{ serviceAccount(id: "${'x'.repeat(90_000)}", ids: 1) { id } }`],
  ['an operation of 90 kB', `query ${'x'.repeat(90_000)} { nothing }`],
  ['a number of 90 kB', `{ serviceAccount(id: ${'9'.repeat(90_000)}.5) { id } }`],
  ['a character that is none', `{ viewer { id } } \u0000${'x'.repeat(90_000)}`],
  ['a string without an end', `{ serviceAccount(id: "${'x'.repeat(90_000)}`],
])('%s is not repeated to who sent it', async (_what, query) => {
  const { status, body } = await gateway.graphql(headers, query);
  expect([200, 400]).toContain(status);
  expect(body.errors.length).toBeGreaterThan(0);
  expect(JSON.stringify(body).length).toBeLessThan(1_000);
});

test.each([
  ['as code generators ask for it', getIntrospectionQuery()],
  [
    'as GraphiQL asks for it',
    getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true, specifiedByUrl: true }),
  ],
  [
    'with all there is',
    getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    }),
  ],
])('the whole schema is reported, %s', async (_how, query) => {
  const { status, body } = await gateway.graphql({}, query);
  expect(status).toBe(200);
  expect(body.errors).toBeUndefined();
  expect(body.data.__schema.types.length).toBeGreaterThan(20);
});

test('a GET is held to the same number of repeated fields', async () => {
  const query = `{ ${'viewer { id } '.repeat(240)} }`;
  const { status, body } = await gateway.request(`/graphql?${new URLSearchParams({ query })}`, {
    headers: { ...headers, 'apollo-require-preflight': 'true' },
  });
  expect(status).toBe(400);
  expect(body.errors[0].extensions.details).toEqual({ limit: 'repeats', maximum: limits.repeats });
});

test.each([
  [
    'twenty components that share fields',
    `{ viewer { ${times(20, (n) => `...F${n}`)} } } ${times(20, (n) => `fragment F${n} on Viewer { id name }`)}`,
  ],
  ['a leaf as often as may be', `{ viewer { ${'id '.repeat(limits.repeats + 1)} } }`],
  [
    'a type that a variable names',
    'query ($name: String = "Viewer") { __type(name: $name) { fields { name } } viewer { id } }',
  ],
  [
    'introspections as many as may be',
    `{ viewer { id } ${times(limits.introspections, (n) => `a${n}: __type(name: "Query") { name fields { name } }`)} a0: __type(name: "Query") { name } }`,
  ],
])('%s: passes, again too', async (_what, query) => {
  for (const _ of [1, 2]) {
    const { body } = await gateway.graphql(headers, query);
    expect(body.errors).toBeUndefined();
    expect(body.data.viewer.id).toBe('a tenant_admin');
  }
});

test(`${limits.mutations} mutations and ${limits.aliases} aliases pass, and so does a large input`, async () => {
  const many = await gateway.graphql(headers, `mutation { ${times(limits.mutations, createOnce)} }`);
  expect(Object.values(many.body.data)).toHaveLength(limits.mutations);
  const labels = times(32, (n) => `{ key: "key-${n}", value: "value" }`);
  const full = `mutation { createServiceAccount(input: { name: "full", labels: [${labels}] }) { clientSecret } }`;
  expect((await gateway.graphql(headers, full)).body.errors).toBeUndefined();
  const { body } = await gateway.graphql(
    headers,
    `{ ${times(limits.aliases, (n) => `a${n}: viewer { id }`)} }`,
  );
  expect(Object.keys(body.data)).toHaveLength(limits.aliases);
});

test.each<[string, string]>([
  ['too many operations', times(limits.operations + 1, (n) => `query Q${n} { viewer { id } }`)],
  ['too many aliases', `{ ${times(limits.aliases + 1, (n) => `a${n}: viewer { id }`)} }`],
])('a bad token is refused before a document with %s', async (_what, document) => {
  const answer = await gateway.graphql({ ...headers, authorization: 'Bearer x' }, document);
  expect(answer).toMatchObject({
    status: 401,
    body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  });
});
