import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { looksLikeSecret } from '../../../../src/features/service-accounts/secrets/secret.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

const mutation = `mutation ($input: CreateServiceAccountInput) {
  createServiceAccount(input: $input) {
    clientSecret
    serviceAccount {
      __typename id name description owner labels { key value } clientId type status permissions
      tokenLifetimeSeconds ipAllowlist createdAt createdBy { realm id name email } updatedAt lastUsedAt expiresAt expired version
      tenant { id name status serviceAccountLimit serviceAccountCount remaining }
    }
  }
}`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('it takes every field and answers with every field', async () => {
  const tenant = await gateway.createTenant({ name: 'Acme', limit: 7 });
  const headers = await gateway.as('tenant_admin', tenant);
  const input = {
    name: 'Nightly export',
    description: 'Exports\nevery night',
    owner: 'Platform team',
    labels: [
      { key: 'team', value: 'platform' },
      { key: 'cost-center', value: '4711' },
    ],
    permissions: ['api:read'],
    expiresAt: '2999-12-31T23:00:00.000Z',
    tokenLifetimeSeconds: 300,
    ipAllowlist: ['198.51.100.0/24'],
  };
  const answer = await gateway.graphql(headers, mutation, { input });
  expect(answer.body).toEqual({
    data: {
      createServiceAccount: {
        clientSecret: expect.stringMatching(/^sa_secret_/),
        serviceAccount: {
          __typename: 'ServiceAccount',
          id: expect.stringMatching(/^sa-[\da-f-]{36}$/),
          name: 'Nightly export',
          description: 'Exports\nevery night',
          owner: 'Platform team',
          labels: [
            { key: 'cost-center', value: '4711' },
            { key: 'team', value: 'platform' },
          ],
          clientId: expect.stringMatching(/^sa_client_[\da-f]{12}$/),
          type: 'SERVICE_ACCOUNT',
          status: 'ACTIVE',
          permissions: ['api:read'],
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          createdBy: { realm: 'acme', id: 'a tenant_admin', name: 'Ada', email: 'ada@example.com' },
          updatedAt: expect.any(String),
          lastUsedAt: null,
          expiresAt: '2999-12-31T23:00:00.000Z',
          expired: false,
          tokenLifetimeSeconds: 300,
          ipAllowlist: ['198.51.100.0/24'],
          version: 1,
          tenant: {
            id: tenant,
            name: 'Acme',
            status: 'ACTIVE',
            serviceAccountLimit: 7,
            serviceAccountCount: 1,
            remaining: 6,
          },
        },
      },
    },
  });
  const { clientSecret, serviceAccount } = answer.body.data.createServiceAccount;
  expect(looksLikeSecret(clientSecret)).toBe(true);
  expect(serviceAccount.updatedAt).toBe(serviceAccount.createdAt);
});

test.each([
  ['without an input', undefined],
  ['with null', null],
  ['with an empty input', {}],
])('%s everything has its default', async (_what, input) => {
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  const { body } = await gateway.graphql(headers, mutation, { input });
  expect(body.data.createServiceAccount.serviceAccount).toMatchObject({
    name: expect.stringMatching(/^service-account-\d{14}$/),
    description: null,
    owner: null,
    labels: [],
    permissions: ['api:read', 'api:write'],
    expiresAt: null,
    tokenLifetimeSeconds: null,
    ipAllowlist: null,
  });
});

test('the answer, which holds a secret, is not to be stored', async () => {
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  expect((await gateway.graphql(headers, mutation)).headers.get('cache-control')).toBe('no-store');
});

test('two aliases in one request create two accounts, and both count', async () => {
  const tenant = await gateway.createTenant({ limit: 3 });
  const headers = await gateway.as('tenant_admin', tenant);
  const twice = `mutation {
    one: createServiceAccount { clientSecret serviceAccount { id name tenant { serviceAccountCount } } }
    two: createServiceAccount { clientSecret serviceAccount { id name tenant { serviceAccountCount } } }
  }`;
  const { one, two } = (await gateway.graphql(headers, twice)).body.data;
  expect(two.serviceAccount.id).not.toBe(one.serviceAccount.id);
  expect(two.serviceAccount.name).not.toBe(one.serviceAccount.name);
  expect(two.clientSecret).not.toBe(one.clientSecret);
  expect([one, two].map(({ serviceAccount }) => serviceAccount.tenant.serviceAccountCount)).toEqual([1, 2]);
});

test('a fault in one alias does not take the secret of another along', async () => {
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  const { body } = await gateway.graphql(
    headers,
    'mutation { a: createServiceAccount { clientSecret } b: createServiceAccount(input: { name: "" }) { clientSecret } }',
  );
  expect(body.data).toEqual({ a: { clientSecret: expect.stringMatching(/^sa_secret_/) }, b: null });
  expect(body.errors).toMatchObject([{ path: ['b'], extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('where the limit stops the second alias, nothing of the first is lost to the database', async () => {
  const tenant = await gateway.createTenant({ limit: 1 });
  const headers = await gateway.as('tenant_admin', tenant);
  const twice =
    'mutation { one: createServiceAccount { clientSecret } two: createServiceAccount { clientSecret } }';
  const { body } = await gateway.graphql(headers, twice);
  expect(body.errors).toMatchObject([{ path: ['two'], extensions: { code: 'LIMIT_REACHED' } }]);
  const rows = await gateway.sql('select service_account_count as count from tenant where id = $1', [tenant]);
  expect(rows).toEqual([{ count: 1 }]);
});

test.each([
  ['tenant_viewer', 'FORBIDDEN', 'User lacks permission to create service accounts'],
  ['nobody', 'UNAUTHENTICATED', 'Bearer token is missing, expired, or invalid'],
] as const)('%s gets %s in a 200', async (who, code, message) => {
  const tenant = await gateway.createTenant();
  const headers = who === 'nobody' ? { 'x-tenantid': tenant } : await gateway.as(who, tenant);
  const { status, body } = await gateway.graphql(headers, mutation);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    data: { createServiceAccount: null },
    errors: [{ message, extensions: { code } }],
  });
});

test('the tenant is that of the header: without it nothing is created', async () => {
  const { authorization = '' } = await gateway.as('super_admin', await gateway.createTenant());
  const { body } = await gateway.graphql({ authorization }, mutation);
  expect(body.errors[0].extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'x-tenantid' },
  });
});
