import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';

const json = { 'content-type': 'application/json' };
const query = '{ __typename }';
const two = 'query a { __typename } query b { __typename }';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const post = (body: string, more = {}) =>
  gateway.request('/graphql', { method: 'POST', headers: { ...json, ...more }, body });
const get = (search: string, more = {}) =>
  gateway.request(`/graphql?${search}`, { headers: { 'apollo-require-preflight': 'true', ...more } });

/** Requires a 400 that names the field, and a log without an error. */
function expectFault({ status, body }: Answer, field: string, fault: RegExp) {
  expect([status, body.errors?.[0].message]).toEqual([400, expect.stringMatching(fault)]);
  expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  expect(gateway.log.filter((line) => line.includes('"level":50'))).toEqual([]);
}

const hash = 'a'.repeat(64);
const noObject = /must be an object with the fields version and sha256Hash$/;
const malformed: [unknown, string, RegExp][] = [
  [null, '', noObject],
  [false, '', noObject],
  [true, '', noObject],
  [0, '', noObject],
  [1, '', noObject],
  ['', '', noObject],
  [hash, '', noObject],
  [[], '', noObject],
  [[{ version: 1, sha256Hash: hash }], '', noObject],
  [{}, '.version', /must be 1$/],
  [{ sha256Hash: hash }, '.version', /must be 1$/],
  [{ version: 2, sha256Hash: hash }, '.version', /must be 1$/],
  [{ version: '1', sha256Hash: hash }, '.version', /must be 1$/],
  [{ version: null, sha256Hash: hash }, '.version', /must be 1$/],
  [{ version: 1 }, '.sha256Hash', /must be 64 hexadecimal digits$/],
  [{ version: 1, sha256Hash: null }, '.sha256Hash', /must be 64 hexadecimal digits$/],
  [{ version: 1, sha256Hash: 5 }, '.sha256Hash', /must be 64 hexadecimal digits$/],
  [{ version: 1, sha256Hash: '' }, '.sha256Hash', /must be 64 hexadecimal digits$/],
  [{ version: 1, sha256Hash: hash.slice(1) }, '.sha256Hash', /must be 64 hexadecimal digits$/],
  [{ version: 1, sha256Hash: 'g'.repeat(64) }, '.sha256Hash', /must be 64 hexadecimal digits$/],
];

/** A request without a document, with an empty one, and with one. */
const documents: Record<string, string>[] = [{}, { query: '' }, { query }];
const formats = ['application/json', 'application/graphql-response+json', '*/*'];

const requests = documents.flatMap((document) => formats.map((accept) => ({ document, accept })));

test.each(malformed)(
  'a POST gets the fault of the persisted query %j',
  async (persistedQuery, field, fault) => {
    for (const { document, accept } of requests) {
      const body = JSON.stringify({ ...document, extensions: { persistedQuery } });
      expectFault(await post(body, { accept }), `extensions.persistedQuery${field}`, fault);
    }
  },
);

test.each(malformed)(
  'a GET gets the fault of the persisted query %j',
  async (persistedQuery, field, fault) => {
    for (const { document, accept } of requests) {
      const search = new URLSearchParams({ ...document, extensions: JSON.stringify({ persistedQuery }) });
      expectFault(await get(`${search}`, { accept }), `extensions.persistedQuery${field}`, fault);
    }
  },
);

test.each(documents)(
  'a well-formed hash gets the error after which clients send the document: %j',
  async (document) => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
    const search = new URLSearchParams({ ...document, extensions: JSON.stringify(extensions) });
    for (const { body } of [await post(JSON.stringify({ ...document, extensions })), await get(`${search}`)])
      expect(body.errors).toEqual([
        expect.objectContaining({
          message: 'PersistedQueryNotSupported',
          extensions: expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_SUPPORTED' }),
        }),
      ]);
  },
);

test.each([
  ['null', 'body', /must be a JSON object, not null$/],
  ['5', 'body', /must be a JSON object, not a number$/],
  ['"{ __typename }"', 'body', /must be a JSON object, not a string$/],
  ['true', 'body', /must be a JSON object, not a boolean$/],
  ['[]', 'body', /batching is not supported$/],
  ['   ', 'body', /must be valid JSON$/],
  [' { } ', 'query', /is required$/],
  ['{"query":["{ __typename }"]}', 'query', /must be a string$/],
  ['{"query":"{ __typename }","operationName":{}}', 'operationName', /must be a string$/],
  ['{"query":"{ __typename }","extensions":false}', 'extensions', /must be an object$/],
])('the body %j is reported with its fault', async (body, field, fault) => {
  expectFault(await post(body), field, fault);
});

test.each(['query=', 'query', '', 'variables={}', 'query=&extensions='])(
  'GET without a document is refused: %j',
  async (search) => {
    expectFault(await get(search), 'query', /is required$/);
  },
);

test.each([
  ['query', `query=${query}&query=${query}`],
  ['query', `query=${query}&query=`],
  ['operationName', `query=${two}&operationName=a&operationName=b`],
  ['variables', `query=${query}&variables={}&variables={}`],
  ['extensions', `query=${query}&extensions={}&extensions={}`],
])('GET with %s twice is refused: %j', async (field, search) => {
  expectFault(await get(search), field, /must be given only once$/);
});

test.each([
  ['variables', '[]', /must be an object$/],
  ['variables', 'x', /must be valid JSON$/],
  ['extensions', '5', /must be an object$/],
  ['extensions', '{', /must be valid JSON$/],
])('GET with %s that are %j is refused', async (field, value, fault) => {
  expectFault(await get(`${new URLSearchParams({ query, [field]: value })}`), field, fault);
});

test.each([
  'operationName=',
  'operationName',
  'variables=',
  'extensions=',
  'operationName=&variables=&extensions=',
  'unknown=1&unknown=2',
])('GET runs as if this were omitted: %s', async (more) => {
  expect(await get(`query=${query}&${more}`)).toMatchObject({
    status: 200,
    body: { data: { __typename: 'Query' } },
  });
});

test.each([
  { operationName: '' },
  { operationName: null },
  { variables: null },
  { extensions: null },
  { more: 1 },
])('POST runs as if this were omitted: %j', async (more) => {
  expect(await post(JSON.stringify({ query, ...more }))).toMatchObject({
    status: 200,
    body: { data: { __typename: 'Query' } },
  });
});

test('an empty operation name chooses none of two operations', async () => {
  for (const { status, body } of [
    await post(JSON.stringify({ query: two, operationName: '' })),
    await get(`query=${two}&operationName=`),
  ]) {
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
  }
});

test.each(['variables', 'extensions'])('%s that are null in a URL count as omitted', async (name) => {
  const { status, body } = await get(`${new URLSearchParams({ query, [name]: 'null' })}`, {});
  expect([status, body.errors]).toEqual([200, undefined]);
});
