import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpuTimeOf } from '../../harness/cpu-time.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

const create = `mutation ($input: CreateServiceAccountInput) {
  createServiceAccount(input: $input) { serviceAccount { id } }
}`;
const read = 'query ($id: ID!) { serviceAccount(id: $id) { id } }';

let gateway: Gateway;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant({ limit: 0 });
  headers = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

test('an error tells code, details and the id of the request, and where it is', async () => {
  const answer = await gateway.graphql({ ...headers, 'x-request-id': 'mine' }, create);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    data: { createServiceAccount: null },
    errors: [
      {
        message: 'Maximum number of service accounts reached',
        locations: [{ line: 2, column: 3 }],
        path: ['createServiceAccount'],
        extensions: { code: 'LIMIT_REACHED', details: { limit: 0, count: 0 }, requestId: 'mine' },
      },
    ],
  });
});

test.each([
  ['a name that is too short', create, { input: { name: '' } }, 'BAD_USER_INPUT', { field: 'name' }],
  ['a malformed id', read, { id: 'x' }, 'BAD_USER_INPUT', { field: 'id' }],
  ['an id that is missing', read, { id: `sa-${crypto.randomUUID()}` }, 'NOT_FOUND', undefined],
])('%s is reported with code and details', async (_what, query, variables, code, details) => {
  const { status, headers: fields, body } = await gateway.graphql(headers, query, variables);
  expect(status).toBe(200);
  const requestId = fields.get('x-request-id');
  expect(body.errors[0].extensions).toEqual({ code, requestId, ...(details && { details }) });
});

test('a token that is not valid is a 401 with the challenge, whatever is asked', async () => {
  const answer = await gateway.graphql({ authorization: 'Bearer a.b.c' }, '{ __typename }');
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  expect(answer.body).toEqual({
    errors: [
      {
        message: 'Bearer token is missing, expired, or invalid',
        extensions: {
          code: 'UNAUTHENTICATED',
          requestId: answer.headers.get('x-request-id'),
          details: { reason: 'Failed to base64url decode the payload' },
        },
      },
    ],
  });
});

const canary = 'hunter2canary';
test.each<[string, string, Record<string, unknown>]>([
  ['input', create, { input: canary }],
  ['input', create, { input: [[canary]] }],
  ['name', create, { input: { name: [canary] } }],
  ['name', create, { input: { name: { [canary]: canary } } }],
  ['owner', create, { input: { name: canary, owner: 5 } }],
  ['color', create, { input: { name: canary, color: canary } }],
  ['expiresAt', create, { input: { expiresAt: canary } }],
  ['labels', create, { input: { labels: canary } }],
  ['labels.0.key', create, { input: { labels: [{ key: [canary], value: '' }] } }],
  ['labels.0.value', create, { input: { labels: [{ key: canary }] } }],
  ['permissions.1', create, { input: { permissions: [canary, { a: canary }] } }],
  ['id', read, {}],
  ['id', read, { id: null }],
  ['id', read, { id: [canary] }],
  ['id', read, { id: { a: canary } }],
])(
  'a variable that does not fit is a 400 that names %s and echoes nothing',
  async (field, query, variables) => {
    const { status, body } = await gateway.graphql(headers, query, variables);
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].message).toMatch(new RegExp(`^${field}: `));
    expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
    expect(JSON.stringify(body)).not.toContain(canary);
    expect(gateway.log.join('')).not.toContain(canary);
  },
);

// To normalize these names would take ten seconds or more, because sorting the marks takes quadratic time.
test('tens of thousands of combining marks in ten names are refused in no time', async () => {
  const name = `a${[0x345, 0x301, 0x316, 0x321].map((mark) => String.fromCharCode(mark).repeat(6_000)).join('')}`;
  const fields = Array.from(
    { length: 10 },
    (_, n) => `a${n}: createServiceAccount(input: $input) { clientSecret }`,
  );
  const query = `mutation ($input: CreateServiceAccountInput) { ${fields.join(' ')} }`;
  const time = await cpuTimeOf(async () => {
    const { body } = await gateway.graphql(headers, query, { input: { name } });
    expect(body.errors).toHaveLength(10);
    expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'name' } });
  });
  expect(time).toBeLessThan(1_000);
});

test('tens of thousands of faults in one variable are refused in no time', async () => {
  const time = await cpuTimeOf(async () => {
    const { status } = await gateway.graphql({}, create, { input: { labels: Array(30_000).fill({}) } });
    expect(status).toBe(400);
  });
  expect(time).toBeLessThan(1_000);
});

test('a fault that nobody foresaw leaks nothing, and the log has it with the request id', async () => {
  await gateway.sql('alter table service_account rename to hidden_table');
  const query = `{ serviceAccount(id: "sa-${crypto.randomUUID()}") { id } tenant { id } }`;
  const answer = await gateway.graphql({ ...headers, 'x-request-id': 'the-broken-one' }, query);
  await gateway.sql('alter table hidden_table rename to service_account');
  expect(answer.status).toBe(200);
  expect(answer.body.data).toEqual({ serviceAccount: null, tenant: { id: tenant } });
  expect(answer.body.errors).toEqual([
    {
      message: 'Unexpected server-side error',
      path: ['serviceAccount'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'the-broken-one' },
    },
  ]);
  const lines = gateway.log.map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 50,
      requestId: 'the-broken-one',
      err: expect.objectContaining({ message: expect.stringContaining('service_account') }),
    }),
  );
});

test.each([
  ['a document that is not GraphQL', '{ viewer {', 'GRAPHQL_PARSE_FAILED'],
  ['a field that does not exist', '{ secrets }', 'GRAPHQL_VALIDATION_FAILED'],
  ['an argument that does not fit', '{ serviceAccount(id: {}) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'two operations without a name to choose',
    'query a { __typename } query b { __typename }',
    'OPERATION_RESOLUTION_FAILURE',
  ],
])('%s is a 400', async (_what, query, code) => {
  const { status, headers: fields, body } = await gateway.graphql(headers, query);
  expect(status).toBe(400);
  expect(body.errors[0].extensions).toEqual({ code, requestId: fields.get('x-request-id') });
});
