import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
const own = randomUUID();
const other = randomUUID();
const nowhere = randomUUID();
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.createTenant({ id: own });
  await gateway.createTenant({ id: other });
});
afterAll(() => gateway.close());

interface Claims {
  roles?: unknown;
  tenants?: unknown;
}

async function statusOf(claims: Claims, tenant: string) {
  const token = await gateway.issuer.sign({ sub: randomUUID(), ...claims });
  const { status, body } = await gateway.create({
    authorization: `Bearer ${token}`,
    'x-tenantid': tenant,
  });
  return { status, code: body.code, message: body.message };
}

test.each<[string, Claims, string]>([
  ['a tenant_admin in its tenant', { roles: ['tenant_admin'], tenants: [own] }, own],
  ['a tenant_admin in the second of its tenants', { roles: ['tenant_admin'], tenants: [other, own] }, own],
  [
    'a tenant_admin whose token has the id in capitals',
    { roles: ['tenant_admin'], tenants: [own.toUpperCase()] },
    own,
  ],
  ['who has other roles beside', { roles: ['cook', 'tenant_viewer', 'tenant_admin'], tenants: [own] }, own],
  ['a super_admin in any tenant', { roles: ['super_admin'] }, own],
  [
    'a super_admin in a tenant that its token does not name',
    { roles: ['super_admin'], tenants: [other] },
    own,
  ],
])('%s may', async (_who, claims, tenant) => {
  expect(await statusOf(claims, tenant)).toMatchObject({ status: 200 });
});

test.each<[string, Claims, string]>([
  ['a tenant_admin of another tenant', { roles: ['tenant_admin'], tenants: [other] }, own],
  ['a tenant_admin without tenants', { roles: ['tenant_admin'] }, own],
  ['a tenant_viewer', { roles: ['tenant_viewer'], tenants: [own] }, own],
  ['a caller without roles', { tenants: [own] }, own],
  ['a caller with roles of another system', { roles: ['admin', 'superadmin'], tenants: [own] }, own],
  ['a role in capitals', { roles: ['TENANT_ADMIN'], tenants: [own] }, own],
  [
    'a tenant_admin elsewhere, in a tenant that does not exist',
    { roles: ['tenant_admin'], tenants: [own] },
    nowhere,
  ],
  [
    'a tenant_viewer named for a tenant that does not exist',
    { roles: ['tenant_viewer'], tenants: [nowhere] },
    nowhere,
  ],
])('%s may not', async (_who, claims, tenant) => {
  expect(await statusOf(claims, tenant)).toEqual({
    status: 403,
    code: 'FORBIDDEN',
    message: 'User lacks permission to create service accounts',
  });
});

test.each<[string, Claims]>([
  ['a super_admin', { roles: ['super_admin'] }],
  ['a tenant_admin whose token names it', { roles: ['tenant_admin'], tenants: [nowhere] }],
])('%s learns that a tenant does not exist', async (_who, claims) => {
  expect(await statusOf(claims, nowhere)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

test('a realm that may name one tenant only reaches no other, whatever its tokens say', async () => {
  await gateway.createTenant({ id: gateway.partnerTenant });
  const token = await gateway.partner.sign({
    roles: ['super_admin', 'tenant_admin'],
    tenants: [gateway.partnerTenant, own],
  });
  const ask = (tenant: string) =>
    gateway.create({ authorization: `Bearer ${token}`, realmname: 'partner', 'x-tenantid': tenant });
  expect((await ask(gateway.partnerTenant)).status).toBe(200);
  expect((await ask(own)).status).toBe(403);
  expect((await ask(nowhere)).status).toBe(403);
});

test('nobody who may not has made anything', async () => {
  const rows = await gateway.sql(
    `select count(*)::int as accounts from service_account where created_by_realm = 'acme'`,
  );
  expect(rows).toEqual([{ accounts: 6 }]);
});
