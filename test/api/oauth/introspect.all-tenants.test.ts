import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { getToken, type Machine, machine } from './machine.js';
import { introspect } from './token-requests.js';

const permission = 'oauth:introspect_all';
let gateway: Gateway;
let owner: Somebody;
/** An API of the operator, which machines of all tenants call. */
let api: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  owner = await somebody(gateway, undefined, 'super_admin');
  api = await machine(gateway, { permissions: [permission] }, owner);
});
afterAll(() => gateway.close());

const inactive = { active: false };
const setStatus = (tenant: string, status: string) =>
  gateway.sql('update tenant set status = $1 where id = $2', [status, tenant]);

test.each<[string, () => Promise<Machine>]>([
  ['its own tenant', () => machine(gateway, {}, owner)],
  ['another tenant', () => machine(gateway)],
])('an account with the permission may introspect a token of %s', async (_which, create) => {
  const one = await create();
  const { status, body } = await introspect(gateway, api, await getToken(gateway, one));
  expect(status).toBe(200);
  expect(body).toMatchObject({ active: true, sub: one.id, tenant_id: one.admin.tenant });
});

test('the scope of a token of another tenant is what its account is still granted', async () => {
  const one = await machine(gateway);
  const token = await getToken(gateway, one);
  await one.admin.rest('PUT', `/${one.id}/permissions`, { permissions: ['api:read'] });
  expect((await introspect(gateway, api, token)).body).toMatchObject({ active: true, scope: 'api:read' });
});

test('a token of another tenant is inactive while that tenant is suspended', async () => {
  const one = await machine(gateway);
  const token = await getToken(gateway, one);
  await setStatus(one.admin.tenant, 'suspended');
  expect((await introspect(gateway, api, token)).body).toEqual(inactive);
  await setStatus(one.admin.tenant, 'active');
  expect((await introspect(gateway, api, token)).body.active).toBe(true);
});

test('an account in a suspended tenant is rejected, whatever tenant the token is of', async () => {
  const root = await somebody(gateway, undefined, 'super_admin');
  const asker = await machine(gateway, { permissions: [permission] }, root);
  const tokens = [await getToken(gateway, asker), await getToken(gateway, await machine(gateway))];
  await setStatus(root.tenant, 'suspended');
  for (const token of tokens) expect((await introspect(gateway, asker, token)).status).toBe(401);
  await setStatus(root.tenant, 'active');
  for (const token of tokens) expect((await introspect(gateway, asker, token)).body.active).toBe(true);
});

test.each([
  ['other tenants', ['oauth:introspect'], true],
  ['every tenant', ['api:read'], false],
])('an account that loses the permission loses %s immediately', async (_what, left, own) => {
  const asker = await machine(gateway, { permissions: [permission] }, owner);
  const neighbor = await getToken(gateway, await machine(gateway, {}, owner));
  const stranger = await getToken(gateway, await machine(gateway));
  expect((await introspect(gateway, asker, stranger)).body.active).toBe(true);
  await owner.rest('PUT', `/${asker.id}/permissions`, { permissions: left });
  expect((await introspect(gateway, asker, stranger)).body).toEqual(inactive);
  expect((await introspect(gateway, asker, neighbor)).body.active).toBe(own);
});

test('removing the permission from the catalog ends it, and it can be added again only as restricted', async () => {
  const asker = await machine(gateway, { permissions: [permission] }, owner);
  const token = await getToken(gateway, await machine(gateway));
  const path = `/api/v1/admin/permission/${permission}`;
  const call = (method: string, more: string, body?: object) =>
    gateway.request(path + more, {
      method,
      headers: { ...owner.headers, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
  expect((await call('DELETE', '?force=true')).status).toBe(200);
  expect((await introspect(gateway, asker, token)).body).toEqual(inactive);
  const refused = await call('PUT', '', { description: 'Introspect' });
  expect(refused.status).toBe(400);
  expect(refused.body.details).toEqual({ field: 'restricted' });
  expect(refused.body.message).toContain(permission);
  expect((await call('PUT', '', { description: 'Introspect', restricted: true })).status).toBe(200);
  expect((await owner.rest('PUT', `/${api.id}/permissions`, { permissions: [permission] })).status).toBe(200);
  expect((await introspect(gateway, api, token)).body.active).toBe(true);
});

test('a token of another gateway is inactive', async () => {
  const other = await startGateway();
  try {
    const token = await getToken(other, await machine(other));
    expect((await introspect(gateway, api, token)).body).toEqual(inactive);
  } finally {
    await other.close();
  }
});

test('a tenant_admin cannot grant the permission, neither to a new account nor to an existing one', async () => {
  const admin = await somebody(gateway);
  const one = await machine(gateway, {}, admin);
  const { body } = await gateway.create(admin.headers, { permissions: [permission] });
  const changed = await admin.rest('PUT', `/${one.id}/permissions`, {
    permissions: ['api:read', permission],
  });
  for (const answer of [body, changed.body]) {
    expect(answer).toMatchObject({ success: false, code: 'FORBIDDEN' });
    expect(answer.message).toContain(permission);
  }
  const token = await getToken(gateway, await machine(gateway));
  expect((await introspect(gateway, one, token)).body).toEqual(inactive);
});
