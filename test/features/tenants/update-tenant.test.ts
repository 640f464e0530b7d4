import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type Keeper, tenantKeeper, trailOf } from './super-admin.js';

let gateway: Gateway;
let keeper: Keeper;
beforeAll(async () => {
  gateway = await startGateway();
  keeper = await tenantKeeper(gateway);
});
afterAll(() => gateway.close());

test('a tenant is created over REST, in the envelope of all others', async () => {
  const { status, body } = await keeper.rest('POST', '', { name: 'cafe\u0301', serviceAccountLimit: 5 });
  expect(status).toBe(200);
  expect(body.message).toBe('Tenant created successfully');
  expect(body.data).toMatchObject({ name: 'caf\u00e9', status: 'active', remaining: 5 });
  expect(Math.abs(Date.parse(body.data.createdAt) - Date.now())).toBeLessThan(60_000);
  expect(await trailOf(gateway, body.data.id)).toMatchObject([{ action: 'tenant.create' }]);
});

describe('updateTenant', () => {
  test('changes what it is given, and the trail tells before and after of that', async () => {
    const tenant = await gateway.createTenant({ name: 'Acme', limit: 5 });
    const renamed = await keeper.rest('PATCH', `/${tenant}`, { name: 'caf\u0065\u0301' });
    expect(renamed.body.data).toMatchObject({ name: 'caf\u00e9', serviceAccountLimit: 5 });
    const { updateTenant } = await keeper.run(
      `mutation ($input: UpdateTenantInput!) {
        updateTenant(input: $input) { tenant { name serviceAccountLimit secretMaxAgeDays remaining } }
      }`,
      { input: { id: tenant.toUpperCase(), serviceAccountLimit: 7, secretMaxAgeDays: 30 } },
    );
    expect(updateTenant.tenant).toEqual({
      name: 'caf\u00e9',
      serviceAccountLimit: 7,
      secretMaxAgeDays: 30,
      remaining: 7,
    });
    const emptied = await keeper.rest('PATCH', `/${tenant}`, { secretMaxAgeDays: null });
    expect(emptied.body.data).toMatchObject({ serviceAccountLimit: 7, secretMaxAgeDays: null });
    const by = { action: 'tenant.update', target: tenant, caller_id: 'a super_admin' };
    expect(await trailOf(gateway, tenant)).toEqual([
      { ...by, before: { name: 'Acme' }, after: { name: 'caf\u00e9' } },
      {
        ...by,
        before: { serviceAccountLimit: 5, secretMaxAgeDays: null },
        after: { serviceAccountLimit: 7, secretMaxAgeDays: 30 },
      },
      { ...by, before: { secretMaxAgeDays: 30 }, after: { secretMaxAgeDays: null } },
    ]);
  });

  test('without anything to change answers with the tenant as it is', async () => {
    const tenant = await gateway.createTenant({ name: 'Acme' });
    expect((await keeper.rest('PATCH', `/${tenant}`)).body.data).toMatchObject({ id: tenant, name: 'Acme' });
    expect(await trailOf(gateway, tenant)).toEqual([]);
  });

  test('changes a tenant that is suspended, which it stays', async () => {
    const tenant = await gateway.createTenant({ status: 'suspended' });
    const { body } = await keeper.rest('PATCH', `/${tenant}`, { name: 'Late payer' });
    expect(body.data).toMatchObject({ name: 'Late payer', status: 'suspended' });
  });

  test('sets a limit below what there is: none are made until there are fewer', async () => {
    const admin = await somebody(gateway);
    const ids = [(await admin.create()).id, (await admin.create()).id, (await admin.create()).id];
    const { body } = await keeper.rest('PATCH', `/${admin.tenant}`, { serviceAccountLimit: 2 });
    expect(body.data).toMatchObject({ serviceAccountLimit: 2, serviceAccountCount: 3, remaining: 0 });
    const refused = async (count: number) =>
      expect((await gateway.create(admin.headers)).body).toMatchObject({
        code: 'LIMIT_REACHED',
        details: { limit: 2, count },
      });
    await refused(3);
    await admin.rest('DELETE', `/${ids[0]}`);
    await refused(2);
    await admin.rest('DELETE', `/${ids[1]}`);
    expect((await gateway.create(admin.headers)).status).toBe(200);
  });
});

describe('suspendTenant', () => {
  test('refuses changes from then on, until resumeTenant, and reads go on', async () => {
    const admin = await somebody(gateway);
    const { id } = await admin.create();
    const suspended = await keeper.rest('POST', `/${admin.tenant}/suspend`);
    expect(suspended.body).toMatchObject({
      message: 'Tenant suspended successfully',
      data: { status: 'suspended' },
    });
    const changes = () =>
      Promise.all([
        gateway.create(admin.headers),
        admin.rest('PATCH', `/${id}`, { owner: 'somebody' }),
        admin.rest('POST', `/${id}/rotate-secret`),
      ]);
    for (const { status, body } of await changes())
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'TENANT_SUSPENDED' });
    expect((await admin.rest('GET', `/${id}`)).status).toBe(200);
    const resumed = await keeper.rest('POST', `/${admin.tenant}/resume`);
    expect(resumed.body).toMatchObject({
      message: 'Tenant resumed successfully',
      data: { status: 'active' },
    });
    for (const { status } of await changes()) expect(status).toBe(200);
  });

  test('and resumeTenant are recorded once, however often they are asked for', async () => {
    const tenant = await gateway.createTenant();
    for (const path of ['suspend', 'suspend', 'resume', 'resume'])
      expect((await keeper.rest('POST', `/${tenant}/${path}`)).status).toBe(200);
    const [active, suspended] = [{ status: 'active' }, { status: 'suspended' }];
    const by = { target: tenant, caller_id: 'a super_admin' };
    expect(await trailOf(gateway, tenant)).toEqual([
      { ...by, action: 'tenant.suspend', before: active, after: suspended },
      { ...by, action: 'tenant.resume', before: suspended, after: active },
    ]);
  });

  test('of many at once is recorded once', async () => {
    const tenant = await gateway.createTenant();
    await Promise.all(Array.from({ length: 10 }, () => keeper.rest('POST', `/${tenant}/suspend`)));
    expect(await trailOf(gateway, tenant)).toHaveLength(1);
  });

  test('lets no create through once it is answered', async () => {
    const { tenant, headers } = await somebody(gateway);
    const creates = Array.from({ length: 20 }, () => gateway.create(headers));
    await keeper.rest('POST', `/${tenant}/suspend`);
    const count = async () =>
      (await gateway.sql('select service_account_count as n from tenant where id = $1', [tenant]))[0]?.n;
    const then = await count();
    for (const { body } of await Promise.all(creates))
      expect(['TENANT_SUSPENDED', undefined]).toContain(body.code);
    expect(await count()).toBe(then);
  });
});
