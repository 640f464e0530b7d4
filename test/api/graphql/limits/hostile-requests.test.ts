import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { send } from '../../../harness/send.js';

const json = { 'content-type': 'application/json' };
const query = 'mutation { createServiceAccount { clientSecret } }';

let gateway: Gateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  headers = await gateway.as('tenant_admin', await gateway.createTenant());
});
afterAll(() => gateway.close());

const accounts = async () => (await gateway.sql('select count(*)::int as n from service_account'))[0]?.n;

afterEach(async () => {
  expect((await gateway.graphql({}, '{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
  expect(await accounts()).toBe(0);
});

const post = (body: string | Buffer, more: Record<string, string> = json) =>
  send(`${gateway.url}/graphql`, { headers: { ...headers, ...more }, body });

const get = (parameters: string, more: Record<string, string> = { 'apollo-require-preflight': 'true' }) =>
  send(`${gateway.url}/graphql?${parameters}`, { method: 'GET', headers: { ...headers, ...more } });

const operation = (more: object) => JSON.stringify({ query, ...more });

const name90 = 'x'.repeat(90_000);

test.each<[string, string | Buffer, string]>([
  ['no body', '', 'query'],
  ['broken JSON', '{"query":', 'body'],
  ['JSON5', "{query:'{__typename}'}", 'body'],
  ['a batch', JSON.stringify([{ query }, { query }]), 'body'],
  ['a batch of one', JSON.stringify([{ query }]), 'body'],
  ['an empty batch', '[]', 'body'],
  ['null', 'null', 'body'],
  ['50,000 lists in each other', '['.repeat(50_000), 'body'],
  ['UTF-16', Buffer.from(operation({}), 'utf16le'), 'body'],
  ['a byte that is not UTF-8', Buffer.from('{"query":"{ caf\xe9 }"}', 'latin1'), 'body'],
  ['an empty object', '{}', 'query'],
  ['an empty query', operation({ query: '' }), 'query'],
  ['a query that is null', operation({ query: null }), 'query'],
  ['a query that is a number', operation({ query: 1 }), 'query'],
  ['a query that is a document', operation({ query: { kind: 'Document', definitions: [] } }), 'query'],
  ['variables that are a list', operation({ variables: [1] }), 'variables'],
  ['variables that are text', operation({ variables: '{}' }), 'variables'],
  ['variables that are a number', operation({ variables: 1 }), 'variables'],
  ['extensions that are a list', operation({ extensions: [] }), 'extensions'],
  ['extensions that are text', operation({ extensions: 'x' }), 'extensions'],
  ['an operation name that is a list', operation({ operationName: ['x'] }), 'operationName'],
  ['an operation name that is a number', operation({ operationName: 1 }), 'operationName'],
])('%s: a 400 that names the field', async (_what, body, field) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({
    errors: [
      {
        message: expect.stringMatching(new RegExp(`^${field}: `)),
        extensions: {
          code: 'BAD_USER_INPUT',
          details: { field },
          requestId: answer.headers.get('x-request-id'),
        },
      },
    ],
  });
});

test.each([
  ['unknown', 'other', 400],
  ['of 90 kB', name90, 400],
  ['__proto__', '__proto__', 400],
])(
  'an operation name that is %s is not found, and not repeated at length',
  async (_what, operationName, status) => {
    const answer = await post(operation({ operationName }));
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0].extensions).toEqual({
      code: 'OPERATION_RESOLUTION_FAILURE',
      requestId: answer.headers.get('x-request-id'),
    });
    expect(JSON.stringify(answer.body).length).toBeLessThan(600);
  },
);

test.each([
  ['20,000 lists in each other', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'id'],
  ['20,000 objects in each other', `${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}`, 'id'],
  ['a number beyond all', '1e999', 'id'],
])('a variable of %s is a 400 that names it', async (_what, value, field) => {
  const read = 'query ($id: ID!) { serviceAccount(id: $id) { id } }';
  const answer = await post(`{"query":${JSON.stringify(read)},"variables":{"id":${value}}}`);
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  expect(JSON.stringify(answer.body).length).toBeLessThan(600);
});

test('20,000 lists in each other, in the input of a mutation, are a 400 that names the field', async () => {
  const create =
    'mutation ($input: CreateServiceAccountInput) { createServiceAccount(input: $input) { clientSecret } }';
  for (const field of ['labels', 'name', 'expiresAt', 'permissions']) {
    const value = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const answer = await post(
      `{"query":${JSON.stringify(create)},"variables":{"input":{"${field}":${value}}}}`,
    );
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].extensions.details.field).toMatch(field);
  }
});

test('the name of an unknown field is not repeated at length', async () => {
  const create =
    'mutation ($input: CreateServiceAccountInput) { createServiceAccount(input: $input) { clientSecret } }';
  const { status, body } = await gateway.graphql(headers, create, { input: { [name90]: 1 } });
  expect(status).toBe(400);
  expect(JSON.stringify(body).length).toBeLessThan(1_200);
});

test.each<[string, string | Buffer, Record<string, string>]>([
  ['100 kB and more', operation({ more: 'x'.repeat(101 * 1024) }), json],
  [
    'a gzip bomb',
    gzipSync(operation({ more: 'x'.repeat(5_000_000) })),
    { ...json, 'content-encoding': 'gzip' },
  ],
])('%s: a 413', async (_what, body, more) => {
  const answer = await post(body, more);
  expect(answer.status).toBe(413);
  expect(answer.body.errors).toEqual([
    {
      message: 'The request body exceeds the limit of 100 kB',
      extensions: { code: 'PAYLOAD_TOO_LARGE', requestId: answer.headers.get('x-request-id') },
    },
  ]);
});

test.each<Record<string, string>>([
  {},
  { 'content-type': '' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'text/plain; application/json' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'application/graphql' },
  { 'content-type': 'application/json-seq' },
  { 'content-type': 'application/json; charset=utf-16' },
  { ...json, 'content-encoding': 'compress' },
  { ...json, 'content-encoding': 'gzip, gzip' },
])('a POST with %j is a 415', async (more) => {
  const preflight: Record<string, string> = { 'apollo-require-preflight': 'true' };
  for (const asking of [{}, preflight]) {
    const answer = await post(operation({}), { ...more, ...asking });
    expect(answer.status).toBe(415);
    const { message } = answer.body.errors[0];
    if (!('content-encoding' in more)) expect(message).toContain('send content-type: application/json');
    expect(answer.body.errors[0].extensions).toEqual({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      requestId: answer.headers.get('x-request-id'),
    });
  }
});

test.each([
  ['no other header', {}],
  ['an empty one', { 'apollo-require-preflight': '' }],
  ['the type of a form', { 'content-type': 'text/plain' }],
  ['what a browser sends anyway', { accept: 'application/json', 'accept-language': 'en', range: 'bytes=0-' }],
])('a GET with %s is a 400, since any page can send it', async (_what, more) => {
  const answer = await send(`${gateway.url}/graphql?query={__typename}`, { method: 'GET', headers: more });
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].message).toMatch('CSRF');
  expect(answer.body.errors[0].extensions.requestId).toBe(answer.headers.get('x-request-id'));
});

test.each<Record<string, string>>([
  { 'apollo-require-preflight': '1' },
  { 'x-apollo-operation-name': 'a' },
  json,
])('a GET with %j passes', async (more) => {
  const answer = await send(`${gateway.url}/graphql?query={__typename}`, { method: 'GET', headers: more });
  expect(answer.body).toEqual({ data: { __typename: 'Query' } });
});

test.each([
  ['two queries', 'query={__typename}&query={__typename}', 'query'],
  ['no query', 'operationName=x', 'query'],
  ['variables that are no JSON', 'query={__typename}&variables={', 'variables'],
  ['variables that are a list', 'query={__typename}&variables=[]', 'variables'],
  ['variables twice', 'query={__typename}&variables={}&variables={}', 'variables'],
  ['extensions that are text', 'query={__typename}&extensions="x"', 'extensions'],
])('a GET with %s: a 400 that names the field', async (_what, parameters, field) => {
  const answer = await get(parameters);
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].extensions).toEqual({
    code: 'BAD_USER_INPUT',
    details: { field },
    requestId: answer.headers.get('x-request-id'),
  });
});

test('a mutation over GET is a 405 that tells the request', async () => {
  const answer = await get(new URLSearchParams({ query }).toString());
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('POST');
  expect(answer.body.errors[0].extensions).toEqual({
    code: 'METHOD_NOT_ALLOWED',
    requestId: answer.headers.get('x-request-id'),
  });
});

test.each([{ query: undefined }, {}])('a hash for a query is reported as unsupported: %j', async (more) => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
  const answer = await post(operation({ ...more, extensions }));
  expect(answer.body.errors[0].extensions).toEqual({
    code: 'PERSISTED_QUERY_NOT_SUPPORTED',
    requestId: answer.headers.get('x-request-id'),
  });
});

test('keys that are special in JavaScript are nothing special', async () => {
  const document = JSON.stringify('query ($id: ID!) { serviceAccount(id: $id) { id } }');
  const answer = await post(`{"__proto__":{"variables":{"id":"x"}},"constructor":1,"query":${document}}`);
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].message).toBe('id: is required');
});
