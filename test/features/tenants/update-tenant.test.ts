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
describe('updateTenant', () => {
  test('changes what it is given, and the audit log tells before and after of that', async () => {
    const tenant = await gateway.createTenant({ name: 'Acme', limit: 5 });
    const renamed = await operator.rest('PATCH', `/${tenant}`, { name: 'caf\u0065\u0301' });
    expect(renamed.body.data).toMatchObject({ name: 'caf\u00e9', serviceAccountLimit: 5 });
    const { updateTenant } = await operator.run(
      `mutation ($input: UpdateTenantInput!) {
        updateTenant(input: $input) { tenant { name serviceAccountLimit secretMaxAgeDays maxTokenLifetimeSeconds remaining } }
      }`,
      {
        input: {
          id: tenant.toUpperCase(),
          serviceAccountLimit: 7,
          secretMaxAgeDays: 30,
          maxTokenLifetimeSeconds: 900,
        },
      },
    );
    expect(updateTenant.tenant).toEqual({
      name: 'caf\u00e9',
      serviceAccountLimit: 7,
      secretMaxAgeDays: 30,
      maxTokenLifetimeSeconds: 900,
      remaining: 7,
    });
    const none = { secretMaxAgeDays: null, maxTokenLifetimeSeconds: null };
    const emptied = await operator.rest('PATCH', `/${tenant}`, none);
    expect(emptied.body.data).toMatchObject({ serviceAccountLimit: 7, ...none });
    const by = { action: 'tenant.update', target: tenant, caller_id: 'a super_admin' };
    expect(await trailOf(gateway, tenant)).toEqual([
      { ...by, before: { name: 'Acme' }, after: { name: 'caf\u00e9' } },
      {
        ...by,
        before: { serviceAccountLimit: 5, ...none },
        after: { serviceAccountLimit: 7, secretMaxAgeDays: 30, maxTokenLifetimeSeconds: 900 },
      },
      { ...by, before: { secretMaxAgeDays: 30, maxTokenLifetimeSeconds: 900 }, after: none },
    ]);
  });

  test('without anything to change answers with the tenant as it is', async () => {
    const tenant = await gateway.createTenant({ name: 'Acme' });
    expect((await operator.rest('PATCH', `/${tenant}`)).body.data).toMatchObject({
      id: tenant,
      name: 'Acme',
    });
    expect(await trailOf(gateway, tenant)).toEqual([]);
  });

  test('changes a tenant that is suspended, which it stays', async () => {
    const tenant = await gateway.createTenant({ status: 'suspended' });
    const { body } = await operator.rest('PATCH', `/${tenant}`, { name: 'Late payer' });
    expect(body.data).toMatchObject({ name: 'Late payer', status: 'suspended' });
  });

  test('sets a limit below what there is: none are made until there are fewer', async () => {
    const admin = await somebody(gateway);
    const ids = [(await admin.create()).id, (await admin.create()).id, (await admin.create()).id];
    const { body } = await operator.rest('PATCH', `/${admin.tenant}`, { serviceAccountLimit: 2 });
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
