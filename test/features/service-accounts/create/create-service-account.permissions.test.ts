import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

let gateway: Gateway;
let tenant: string;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_admin', tenant);
  await gateway.sql(`insert into permission (name, description, restricted) values
    ('billing:read', 'Read bills', false),
    ('billing:refund', 'Pay money back', true),
    ('admin:all', 'Do anything', true)`);
});
afterAll(() => gateway.close());

test.each([
  [undefined, ['api:read', 'api:write']],
  [{ permissions: null }, ['api:read', 'api:write']],
  [{ permissions: [] }, []],
  [{ permissions: ['api:read'] }, ['api:read']],
  [{ permissions: ['billing:read', 'api:write'] }, ['api:write', 'billing:read']],
])('%j grants %j', async (input, permissions) => {
  const { status, body } = await gateway.create(headers, input);
  expect(status).toBe(200);
  expect(body.data.permissions).toEqual(permissions);
});

test('the defaults are those of the catalog at that time', async () => {
  await gateway.sql(`update permission set is_default = true where name = 'billing:read'`);
  const { body } = await gateway.create(headers);
  await gateway.sql(`update permission set is_default = false where name = 'billing:read'`);
  expect(body.data.permissions).toEqual(['api:read', 'api:write', 'billing:read']);
});

test('every permission that is not in the catalog is named', async () => {
  const { status, body } = await gateway.create(headers, {
    permissions: ['no:such', 'api:read', 'nor:this'],
  });
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'permissions' } });
  expect(body.message).toMatch(/^permissions: .*no:such/);
  expect(body.message).toMatch(/nor:this/);
  expect(body.message).not.toMatch(/api:read/);
});

test('a restricted one is not for a tenant_admin to grant, which says which', async () => {
  const { status, body } = await gateway.create(headers, { permissions: ['api:read', 'billing:refund'] });
  expect(status).toBe(403);
  expect(body).toMatchObject({
    code: 'FORBIDDEN',
    message: 'Only a super_admin may grant billing:refund',
    details: { field: 'permissions' },
  });
});

test('a super_admin may grant it', async () => {
  const root = await gateway.as('super_admin', tenant);
  const { status, body } = await gateway.create(root, { permissions: ['billing:refund', 'admin:all'] });
  expect(status).toBe(200);
  expect(body.data.permissions).toEqual(['admin:all', 'billing:refund']);
});

test('who is both may as well', async () => {
  const token = await gateway.issuer.sign({ roles: ['tenant_admin', 'super_admin'], tenants: [tenant] });
  const both = { authorization: `Bearer ${token}`, 'x-tenantid': tenant };
  expect((await gateway.create(both, { permissions: ['admin:all'] })).status).toBe(200);
});

test('an unknown one is reported before a restricted one', async () => {
  const { status } = await gateway.create(headers, { permissions: ['billing:refund', 'no:such'] });
  expect(status).toBe(400);
});

test('a restricted default is denied to a tenant_admin that requests the defaults', async () => {
  await gateway.sql(`update permission set is_default = true where name = 'admin:all'`);
  const answer = await gateway.create(headers);
  await gateway.sql(`update permission set is_default = false where name = 'admin:all'`);
  expect(answer.status).toBe(403);
});

test('what was refused created nothing and took no place', async () => {
  const [row] = await gateway.sql(
    `select service_account_count as count,
      (select count(*)::int from service_account) as accounts,
      (select count(*)::int from service_account_secret) as secrets from tenant where id = $1`,
    [tenant],
  );
  expect(row).toEqual({ count: 8, accounts: 8, secrets: 8 });
});
