import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cacheExchange, createClient, fetchExchange, gql } from '@urql/core';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';

let gateway: Gateway;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_admin', tenant);
});
afterAll(() => gateway.close());

const get = (more: Record<string, string>) =>
  send(`${gateway.url}/graphql?query={__typename}`, { method: 'GET', headers: more });

test('urql as it is by default sends a query with GET, and gets its data', async () => {
  const methods: string[] = [];
  const client = createClient({
    url: `${gateway.url}/graphql`,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: { headers },
    fetch: (url, init) => {
      methods.push(init?.method ?? 'GET');
      return fetch(url, init);
    },
  });
  const query = gql(
    'query Names($search: String) { serviceAccounts(filter: { search: $search }) { nodes { name } } tenant { id } }',
  );
  const { data, error } = await client.query(query, { search: 'x' }).toPromise();
  expect(error).toBeUndefined();
  expect(data).toMatchObject({ serviceAccounts: { nodes: [] }, tenant: { id: tenant } });
  expect(methods).toEqual(['GET']);
});

// Each of them makes a browser ask for permission first, and a browser never adds a bearer token by itself.
test.each([
  ['a bearer token', () => ({ authorization: headers.authorization })],
  [
    'a bearer token in other letters',
    () => ({ authorization: headers.authorization?.replace('Bearer', 'bEARER') }),
  ],
  ['x-tenantid', () => ({ 'x-tenantid': tenant })],
  ['realmname', () => ({ realmname: 'acme' })],
  ['idempotency-key', () => ({ 'idempotency-key': crypto.randomUUID() })],
  ['apollo-require-preflight', () => ({ 'apollo-require-preflight': 'true' })],
  ['x-apollo-operation-name', () => ({ 'x-apollo-operation-name': 'a' })],
])('a GET with %s runs', async (_what, more) => {
  expect(await get(more() as Record<string, string>)).toMatchObject({
    status: 200,
    body: { data: { __typename: 'Query' } },
  });
});

// A page of another site can cause each of these: a browser adds credentials that it remembers for the gateway.
test.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['Basic credentials', { authorization: `Basic ${btoa('a:b')}` }],
  ['Negotiate credentials', { authorization: 'Negotiate YII' }],
  ['Digest credentials', { authorization: 'Digest username="bearer x"' }],
  ['an empty bearer token', { authorization: 'Bearer' }],
  ['a scheme that begins like Bearer', { authorization: 'BearerX abc' }],
  ['an empty x-tenantid', { 'x-tenantid': '' }],
  ['a cookie', { cookie: 'authorization=Bearer x' }],
  [
    'simple headers',
    { 'accept-language': 'en', 'content-language': 'en', referer: 'https://evil.example.com/' },
  ],
  ['a content type of forms', { 'content-type': 'text/plain' }],
])('a GET with %s is refused as forged', async (_what, more) => {
  const { status, body } = await get(more);
  expect([status, body.errors[0].message]).toEqual([400, expect.stringContaining('CSRF')]);
});
