import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

test('deleting frees name and place immediately, revokes the secrets, and can be asked for again', async () => {
  const { tenant } = admin;
  const full = await somebody(gateway, await gateway.createTenant({ limit: 1 }));
  const { id, name } = await full.create({ name: 'only' });
  const first = await full.rest('DELETE', `/${id}`);
  expect(first.body.data).toMatchObject({
    status: 'deleted',
    deletedAt: first.body.data.updatedAt,
    version: 2,
  });
  expect((await full.rest('DELETE', `/${id}`)).body.data).toMatchObject({ version: 2, status: 'deleted' });
  expect((await full.rest('GET', `/${id}/secret`)).body.data).toEqual([]);
  expect((await full.create({ name })).name).toBe('only');
  const { tenant: after } = await full.run('{ tenant { serviceAccountCount remaining } }');
  expect(after).toEqual({ serviceAccountCount: 1, remaining: 0 });
  expect(tenant).not.toBe(full.tenant);
});
