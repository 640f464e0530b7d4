import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Gateway } from '../../harness/gateway.js';
import { startGatewayWith } from '../../harness/gateway-with.js';
import { createIssuer } from '../../harness/issuer.js';

const query = `{ viewer {
  realm id name email roles everyTenant allowedOperations tenants { id name status remaining }
} }`;

let gateway: Gateway;
const alpha = randomUUID();
const beta = randomUUID();
beforeAll(async () => {
  const issuer = await createIssuer('acme');
  gateway = await startGatewayWith({
    acme: { issuer },
    members: { issuer, claims: { tenantRoles: 'memberships' } },
  });
  await gateway.createTenant({ id: beta, name: 'Beta', status: 'suspended' });
  await gateway.createTenant({ id: alpha, name: 'Alpha', limit: 3 });
});
afterAll(() => gateway.close());

const ask = async (claims: Record<string, unknown>, more: Record<string, string> = {}) =>
  gateway.graphql({ authorization: `Bearer ${await gateway.issuer.sign(claims)}`, ...more }, query);

const reading = [
  'audiences',
  'auditEventExport',
  'auditEvents',
  'node',
  'permissions',
  'serviceAccount',
  'serviceAccountByClientId',
  'serviceAccounts',
  'tenant',
  'viewer',
  'workloadIssuers',
];
const administering = [
  ...reading,
  'createServiceAccount',
  'updateServiceAccount',
  'setServiceAccountPermissions',
  'disableServiceAccount',
  'enableServiceAccount',
  'deleteServiceAccount',
  'restoreServiceAccount',
  'rotateServiceAccountSecret',
  'createServiceAccountSecret',
  'revokeServiceAccountSecret',
  'reportLeakedSecret',
  'addServiceAccountKey',
  'removeServiceAccountKey',
  'addServiceAccountTrust',
  'removeServiceAccountTrust',
  'testServiceAccountTrust',
  'disableServiceAccounts',
  'enableServiceAccounts',
  'deleteServiceAccounts',
  'setServiceAccountsPermissions',
  'rotateServiceAccountSecrets',
  'revokeAllServiceAccountSecrets',
  'setTenantMaxTokenLifetime',
  'setTenantSecretMaxAge',
];
const keepingTenants = [
  'tenantById',
  'tenants',
  'createTenant',
  'updateTenant',
  'suspendTenant',
  'resumeTenant',
  'deleteTenant',
  'allAudiences',
  'allAuditEvents',
  'setAudience',
  'deleteAudience',
  'setPermission',
  'deletePermission',
  'erasePerson',
];

test.each([
  [['tenant_viewer'], ['TENANT_VIEWER'], false, reading],
  [['tenant_admin'], ['TENANT_ADMIN'], false, administering],
  [['super_admin'], ['SUPER_ADMIN'], true, [...administering, ...keepingTenants]],
  [['tenant_viewer', 'cook', 'tenant_admin'], ['TENANT_ADMIN', 'TENANT_VIEWER'], false, administering],
])(
  'a caller with %j learns its roles and operations',
  async (roles, told, everyTenant, allowedOperations) => {
    const { viewer } = (await ask({ sub: 'ada', roles, tenants: [alpha] })).body.data;
    expect(viewer).toMatchObject({ roles: told, everyTenant });
    expect([...viewer.allowedOperations].sort()).toEqual([...allowedOperations].sort());
  },
);

test('it returns the caller, and its tenants by name as far as they exist', async () => {
  const claims = {
    sub: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    roles: ['tenant_viewer'],
    tenants: [beta, randomUUID(), alpha],
  };
  expect((await ask(claims)).body.data.viewer).toMatchObject({
    realm: 'acme',
    id: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    tenants: [
      { id: alpha, name: 'Alpha', status: 'ACTIVE', remaining: 3 },
      { id: beta, name: 'Beta', status: 'SUSPENDED', remaining: 100 },
    ],
  });
});

test('it ignores the tenant header', async () => {
  const { body } = await ask({ sub: 'ada', roles: ['tenant_viewer'] }, { 'x-tenantid': 'nonsense' });
  expect(body.errors).toBeUndefined();
  expect(body.data.viewer.tenants).toEqual([]);
});

test('it says which roles the caller has in which tenant, and what they allow there', async () => {
  const claims = { roles: ['tenant_viewer'], tenants: [alpha], memberships: { [beta]: ['tenant_admin'] } };
  const authorization = `Bearer ${await gateway.issuer.sign(claims)}`;
  const { body } = await gateway.graphql(
    { authorization, realmname: 'members' },
    '{ viewer { roles allowedOperations tenantRoles { tenant { name } roles allowedOperations } } }',
  );
  const { roles, allowedOperations, tenantRoles } = body.data.viewer;
  expect(roles).toEqual(['TENANT_ADMIN', 'TENANT_VIEWER']);
  expect(allowedOperations.sort()).toEqual([...administering].sort());
  expect(tenantRoles).toMatchObject([
    { tenant: { name: 'Alpha' }, roles: ['TENANT_VIEWER'] },
    { tenant: { name: 'Beta' }, roles: ['TENANT_ADMIN'] },
  ]);
  expect(tenantRoles[0].allowedOperations.sort()).toEqual([...reading].sort());
  expect(tenantRoles[1].allowedOperations.sort()).toEqual([...administering].sort());
});

test.each([
  ['names no tenant', {}],
  ['names a tenant that does not exist', { tenants: ['nowhere'] }],
])('a role counts nowhere if the token %s', async (_name, claims) => {
  const { viewer } = (await ask({ sub: 'ada', roles: ['tenant_admin'], ...claims })).body.data;
  expect(viewer).toMatchObject({ roles: [], allowedOperations: ['viewer'], tenants: [] });
  const authorization = `Bearer ${await gateway.issuer.sign({ roles: ['tenant_admin'], ...claims })}`;
  expect(await gateway.request('/api/v1/admin/permission', { headers: { authorization } })).toMatchObject({
    status: 403,
  });
});

test('it tells a caller without a role who it is, and nothing about the tenants of its token', async () => {
  const { status, body } = await ask({ sub: 'ada', roles: ['cook'], tenants: [alpha] });
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      data: {
        viewer: {
          realm: 'acme',
          id: 'ada',
          name: null,
          email: null,
          roles: [],
          everyTenant: false,
          allowedOperations: ['viewer'],
          tenants: [],
        },
      },
    },
  });
});

test('it needs a token', async () => {
  expect((await gateway.graphql({}, query)).body).toMatchObject({
    data: { viewer: null },
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});
