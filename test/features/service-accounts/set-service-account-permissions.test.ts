import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { changesOf } from './changes-of.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

test('permissions are set, in order, and recorded', async () => {
  const { id } = await admin.create();
  const { body } = await admin.rest('PUT', `/${id}/permissions`, { permissions: ['api:read'] });
  expect(body.data).toMatchObject({ permissions: ['api:read'], version: 2 });
  await admin.rest('PUT', `/${id}/permissions`, { permissions: ['api:write', 'api:read'] });
  await admin.rest('PUT', `/${id}/permissions`, { permissions: [] });
  expect((await changesOf(gateway, id)).map(({ action }) => action)).toEqual(
    Array.from({ length: 3 }, () => 'service_account.set_permissions'),
  );
  expect(await changesOf(gateway, id)).toMatchObject([
    { before: { permissions: ['api:read', 'api:write'] }, after: { permissions: ['api:read'] } },
    { after: { permissions: ['api:read', 'api:write'] } },
    { after: { permissions: [] } },
  ]);
});

test('a restricted permission is added by a super_admin only, and kept or taken away by others', async () => {
  await gateway.sql(
    `insert into permission (name, description, restricted) values ('keys:sign', 'Sign', true)`,
  );
  const above = await somebody(gateway, admin.tenant, 'super_admin');
  const { id } = await admin.create();
  const set = (who: Somebody, permissions: string[]) =>
    who.rest('PUT', `/${id}/permissions`, { permissions });
  expect((await set(admin, ['keys:sign'])).body).toMatchObject({
    code: 'FORBIDDEN',
    details: { field: 'permissions' },
  });
  expect((await set(above, ['keys:sign'])).body.data.permissions).toEqual(['keys:sign']);
  expect((await set(admin, ['keys:sign', 'api:read'])).status).toBe(200);
  expect((await set(admin, ['api:read'])).status).toBe(200);
  expect((await set(admin, ['keys:sign', 'api:read'])).status).toBe(403);
});
