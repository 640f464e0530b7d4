import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

const fields = `__typename id name description owner labels { key value } clientId type status permissions
  createdAt createdBy { realm id name email } updatedAt lastUsedAt expiresAt expired version
  tenant { id name status serviceAccountLimit serviceAccountCount remaining }`;
const query = `query ($id: ID!) { serviceAccount(id: $id) { ${fields} } }`;

let gateway: Gateway;
let tenant: string;
let admin: Somebody;
// biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of the query
let account: any;
beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant();
  admin = await somebody(gateway, tenant);
  const input = 'input: { labels: [{ key: "b", value: "2" }, { key: "a", value: "1" }], owner: "Ops" }';
  const { body } = await gateway.graphql(
    await gateway.as('tenant_admin', tenant),
    `mutation { createServiceAccount(${input}) { serviceAccount { ${fields} } } }`,
  );
  account = body.data.createServiceAccount.serviceAccount;
});
afterAll(() => gateway.close());

test.each(['super_admin', 'tenant_admin', 'tenant_viewer'] as const)(
  'a %s reads an account as it was created',
  async (role) => {
    const { body } = await gateway.graphql(await gateway.as(role, tenant), query, { id: account.id });
    expect(body).toEqual({ data: { serviceAccount: account } });
  },
);

test('an expired account is reported as expired', async () => {
  const { body } = await gateway.create(await gateway.as('tenant_admin', tenant), {
    expiresAt: '2999-01-01T00:00:00Z',
  });
  const expire = `update service_account set expires_at = now() - interval '1 second' where client_id = $1`;
  await gateway.sql(expire, [body.data.clientId]);
  const answer = await gateway.graphql(await gateway.as('tenant_viewer', tenant), query, {
    id: body.data.id,
  });
  expect(answer.body.data.serviceAccount).toMatchObject({ expired: true, status: 'ACTIVE' });
});

test('an id in capitals is the same id', async () => {
  const id = `sa-${account.id.slice(3).toUpperCase()}`;
  const { body } = await gateway.graphql(await gateway.as('tenant_viewer', tenant), query, { id });
  expect(body.data.serviceAccount.id).toBe(account.id);
});

test.each(['tenant_admin', 'super_admin'] as const)(
  'the account of another tenant is not found, by a %s neither',
  async (role) => {
    const other = await gateway.as(role, await gateway.createTenant());
    const foreign = await gateway.graphql(other, query, { id: account.id });
    const missing = await gateway.graphql(other, query, { id: `sa-${randomUUID()}` });
    expect(foreign.body.errors[0]).toMatchObject({
      message: 'The service account does not exist in this tenant',
      extensions: { code: 'NOT_FOUND' },
    });
    // Both answers are equal, so that nobody learns whether the id exists in another tenant.
    const { requestId: _, ...one } = foreign.body.errors[0].extensions;
    const { requestId: __, ...two } = missing.body.errors[0].extensions;
    expect(one).toEqual(two);
    expect(foreign.body.errors[0].message).toBe(missing.body.errors[0].message);
  },
);

test('a reader of another tenant is denied in this one', async () => {
  const { authorization = '' } = await gateway.as('tenant_admin', await gateway.createTenant());
  const headers = { authorization, 'x-tenantid': tenant };
  const { body } = await gateway.graphql(headers, query, { id: account.id });
  expect(body.data).toEqual({ serviceAccount: null });
  expect(body.errors[0]).toMatchObject({
    message: 'User lacks permission to read service accounts',
    extensions: { code: 'FORBIDDEN' },
  });
});

test.each([
  '',
  'sa-',
  'sa-1',
  randomUUID(),
  `secret-${randomUUID()}`,
  `sa-${randomUUID()} `,
  `sa-${randomUUID()}'--`,
])('the malformed id %j is bad input that names id', async (id) => {
  const { body } = await gateway.graphql(await gateway.as('tenant_viewer', tenant), query, { id });
  expect(body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'id' } });
});

test('any object is found by its id, and an account by its client id', async () => {
  const { id, clientId, name } = await admin.create();
  const { serviceAccountByClientId: found } = await admin.run(
    'query ($clientId: String!) { serviceAccountByClientId(clientId: $clientId) { id secrets { id } } }',
    { clientId },
  );
  expect(found.id).toBe(id);
  const { a, b } = await admin.run(
    `query ($a: ID!, $b: ID!) {
      a: node(id: $a) { __typename id ... on ServiceAccount { name } }
      b: node(id: $b) { __typename id ... on ServiceAccountSecret { hint } }
    }`,
    { a: id, b: found.secrets[0].id },
  );
  expect(a).toEqual({ __typename: 'ServiceAccount', id, name });
  expect(b).toMatchObject({ __typename: 'ServiceAccountSecret', id: found.secrets[0].id });
});

test('HEAD answers as GET does, without a body', async () => {
  const { id } = await admin.create();
  const answer = await admin.rest('HEAD', `/${id}`);
  expect([answer.status, answer.body]).toEqual([200, '']);
});

test('a method that a path does not answer to learns which ones it supports', async () => {
  const answer = await admin.rest('PUT', '/sa-1');
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH, DELETE']);
});
