import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type SuperAdmin, superAdmin, trailOf } from './super-admin.js';

let gateway: Gateway;
let operator: SuperAdmin;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await superAdmin(gateway);
});
afterAll(() => gateway.close());
describe('suspendTenant', () => {
  test('refuses changes from then on, until resumeTenant, and reads continue', async () => {
    const admin = await somebody(gateway);
    const { id } = await admin.create();
    const suspended = await operator.rest('POST', `/${admin.tenant}/suspend`);
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
    const resumed = await operator.rest('POST', `/${admin.tenant}/resume`);
    expect(resumed.body).toMatchObject({
      message: 'Tenant resumed successfully',
      data: { status: 'active' },
    });
    for (const { status } of await changes()) expect(status).toBe(200);
  });

  test('and resumeTenant are recorded once, however often they are asked for', async () => {
    const tenant = await gateway.createTenant();
    for (const path of ['suspend', 'suspend', 'resume', 'resume'])
      expect((await operator.rest('POST', `/${tenant}/${path}`)).status).toBe(200);
    const [active, suspended] = [{ status: 'active' }, { status: 'suspended' }];
    const by = { target: tenant, caller_id: 'a super_admin' };
    expect(await trailOf(gateway, tenant)).toEqual([
      { ...by, action: 'tenant.suspend', before: active, after: suspended },
      { ...by, action: 'tenant.resume', before: suspended, after: active },
    ]);
  });

  test('of many at the same time is recorded once', async () => {
    const tenant = await gateway.createTenant();
    await Promise.all(Array.from({ length: 10 }, () => operator.rest('POST', `/${tenant}/suspend`)));
    expect(await trailOf(gateway, tenant)).toHaveLength(1);
  });

  test('allows no create after its response', async () => {
    const { tenant, headers } = await somebody(gateway);
    const creates = Array.from({ length: 20 }, () => gateway.create(headers));
    await operator.rest('POST', `/${tenant}/suspend`);
    const count = async () =>
      (await gateway.sql('select service_account_count as n from tenant where id = $1', [tenant]))[0]?.n;
    const then = await count();
    for (const { body } of await Promise.all(creates))
      expect(['TENANT_SUSPENDED', undefined]).toContain(body.code);
    expect(await count()).toBe(then);
  });
});
