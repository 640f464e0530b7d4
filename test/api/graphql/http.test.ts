import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';

const json = { 'content-type': 'application/json' };
const preflight = { 'apollo-require-preflight': 'true' };

let gateway: Gateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  headers = await gateway.as('tenant_admin', await gateway.createTenant());
});
afterAll(() => gateway.close());

const get = (parameters: Record<string, string>, more: Record<string, string>) =>
  gateway.request(`/graphql?${new URLSearchParams(parameters)}`, { headers: { ...headers, ...more } });

const post = (body: string, more: Record<string, string>) =>
  gateway.request('/graphql', { method: 'POST', headers: { ...headers, ...more }, body });

const accounts = async () => (await gateway.sql('select count(*)::int as n from service_account'))[0]?.n;

test('a query works over GET, with variables and an operation name', async () => {
  const query = 'query a { __typename } query b($id: ID!) { serviceAccount(id: $id) { id } }';
  const variables = JSON.stringify({ id: `sa-${crypto.randomUUID()}` });
  const { status, body } = await get({ query, variables, operationName: 'b' }, preflight);
  expect(status).toBe(200);
  expect(body.errors[0].extensions.code).toBe('NOT_FOUND');
});

test('a mutation over GET is refused and creates nothing', async () => {
  const answer = await get({ query: 'mutation { createServiceAccount { clientSecret } }' }, preflight);
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('POST');
  expect(answer.body.data).toBeUndefined();
  expect(await accounts()).toBe(0);
});

test('variables of a GET that do not fit are a 400 that names the field', async () => {
  const query = 'query ($id: ID!) { serviceAccount(id: $id) { id } }';
  const { status, body } = await get({ query }, preflight);
  expect(status).toBe(400);
  expect(body.errors[0].extensions.details).toEqual({ field: 'id' });
});

// A page of another site can send these types without a preflight, because they make simple requests (CORS).
test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'a POST of %s is refused, even with a header that needs a preflight',
  async (type) => {
    const query = 'mutation { createServiceAccount { clientSecret } }';
    for (const more of [{}, preflight]) {
      const { status, body } = await post(JSON.stringify({ query }), { ...more, 'content-type': type });
      expect(status).toBe(415);
      expect(body.errors[0].extensions.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    }
    expect(await accounts()).toBe(0);
  },
);

test('no other site may read an answer', async () => {
  const answer = await gateway.request('/graphql', {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example.com', 'access-control-request-method': 'POST' },
  });
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('batches are refused', async () => {
  const one = { query: 'mutation { createServiceAccount { clientSecret } }' };
  const { status, body } = await post(JSON.stringify([one, one]), json);
  expect(status).toBe(400);
  expect(body.errors[0].message).toMatch(/batching/);
  expect(await accounts()).toBe(0);
});

test.each([
  ['broken JSON', '{"query":', json, 400],
  ['JSON that is no object', '"x"', json, 400],
  ['a body without a query', '{}', json, 400],
  ['variables that are no object', '{"query":"{__typename}","variables":"x"}', json, 400],
  ['another content type', '<query/>', { 'content-type': 'application/xml' }, 415],
  ['more than 100 kB', JSON.stringify({ query: '{__typename}', more: 'x'.repeat(101 * 1024) }), json, 413],
  ['an encoding that is unknown', '{}', { ...json, 'content-encoding': 'compress' }, 415],
])('%s is refused', async (_what, body, more, status) => {
  const answer = await post(body, more);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.body.errors).toEqual([
    { message: expect.any(String), extensions: expect.objectContaining({ code: expect.any(String) }) },
  ]);
});

test('a subscription is refused as what it is', async () => {
  const { status, body } = await gateway.graphql({}, 'subscription { __typename }');
  expect(status).toBe(400);
  expect(body.errors[0].extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
});

test('other methods are a 405 that names the two', async () => {
  const answer = await gateway.request('/graphql', {
    method: 'PUT',
    headers: { ...headers, ...json },
    body: '{}',
  });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('GET, POST');
});

test('an answer comes as application/graphql-response+json to who wants that', async () => {
  const body = JSON.stringify({ query: '{ __typename }' });
  const answer = await post(body, { ...json, accept: 'application/graphql-response+json' });
  expect(answer.headers.get('content-type')).toMatch(/^application\/graphql-response\+json/);
  expect(answer.body).toEqual({ data: { __typename: 'Query' } });
});

test.each(['text/html', 'application/xml', 'application/json;q=0'])(
  'an accept header that excludes JSON is a 406: %s',
  async (accept) => {
    const answer = await gateway.request('/graphql?query={__typename}', {
      headers: { accept, 'apollo-require-preflight': 'true' },
    });
    expect(answer).toMatchObject({
      status: 406,
      body: {
        errors: [
          {
            message: expect.stringMatching(/^The response is application\/json or /),
            extensions: { code: 'NOT_ACCEPTABLE', requestId: answer.headers.get('x-request-id') },
          },
        ],
      },
    });
  },
);
