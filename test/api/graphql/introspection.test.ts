import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let on: Gateway;
let off: Gateway;
beforeAll(async () => {
  on = await startGateway();
  off = await startGateway({ INTROSPECTION: 'off' });
});
afterAll(() => Promise.all([on.close(), off.close()]));

test('introspection is on, for anonymous callers too', async () => {
  const { status, body } = await on.graphql({}, getIntrospectionQuery());
  expect(status).toBe(200);
  const names = body.data.__schema.types.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['Query', 'Mutation', 'ServiceAccount', 'Tenant', 'Viewer']));
});

test('the introspected schema has its descriptions', async () => {
  const { body } = await on.graphql(
    {},
    '{ __type(name: "Mutation") { description fields { description } } }',
  );
  expect(body.data.__type.description).toEqual(expect.any(String));
  for (const { description } of body.data.__type.fields) expect(description).toEqual(expect.any(String));
});

test.each(['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }'])(
  'INTROSPECTION=off refuses %s',
  async (query) => {
    const { status, body } = await off.graphql({}, query);
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  },
);

test.each([
  ['production', 'on', false],
  ['production', 'off', false],
  ['staging', 'off', false],
  ['staging', 'on', true],
])('NODE_ENV=%s with INTROSPECTION=%s suggests names: %p', async (NODE_ENV, INTROSPECTION, suggests) => {
  const gateway = await startGateway({ NODE_ENV, INTROSPECTION });
  const { body } = await gateway.graphql({}, '{ viewr { id } }'); // cspell:ignore viewr
  await gateway.close();
  expect(/Did you mean/.test(body.errors[0].message)).toBe(suggests);
});

test('a rejection does not contain the names of the library and its options', async () => {
  const { body } = await off.graphql({}, '{ __schema { types { name } } }');
  expect(body.errors[0].message).toBe('Introspection is disabled');
  expect(Object.keys(body.errors[0].extensions).sort()).toEqual(['code', 'requestId']);
});

test('INTROSPECTION=off leaves everything else as it was', async () => {
  const headers = await off.as('tenant_admin', await off.createTenant());
  const { body } = await off.graphql(headers, '{ __typename viewer { __typename id } }');
  expect(body.data).toEqual({ __typename: 'Query', viewer: { __typename: 'Viewer', id: 'a tenant_admin' } });
});
