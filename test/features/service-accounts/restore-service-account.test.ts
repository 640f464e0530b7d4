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

const full = {
  description: 'Exports',
  owner: 'Ops',
  labels: [{ key: 'team', value: 'billing' }],
  expiresAt: '2999-01-01T00:00:00.000Z',
};

test('restored, an account is disabled, without its old secret, and in its place', async () => {
  const { id } = await admin.create({ ...full, name: 'phoenix' });
  const count = async () =>
    (await admin.run('{ tenant { serviceAccountCount } }')).tenant.serviceAccountCount;
  const before = await count();
  await admin.rest('DELETE', `/${id}`);
  expect(await count()).toBe(before - 1);
  const { body } = await admin.rest('POST', `/${id}/restore`);
  expect(body.data).toMatchObject({
    ...full,
    name: 'phoenix',
    status: 'disabled',
    deletedAt: null,
    version: 3,
  });
  expect(await count()).toBe(before);
  expect((await admin.rest('GET', `/${id}/secret`)).body.data).toEqual([]);
  expect((await admin.rest('POST', `/${id}/enable`)).body.data.status).toBe('active');
});

test('an account whose name is taken by now is restored under another one', async () => {
  const { id } = await admin.create({ name: 'wanted' });
  await admin.rest('DELETE', `/${id}`);
  const taker = await admin.create({ name: 'wanted' });
  const { status, body: conflict } = await admin.rest('POST', `/${id}/restore`);
  expect([status, conflict.details]).toEqual([409, { field: 'name', serviceAccountId: taker.id }]);
  const { body } = await admin.rest('POST', `/${id}/restore`, { name: 'wanted again' });
  expect(body.data).toMatchObject({ name: 'wanted again', status: 'disabled' });
  expect((await changesOf(gateway, id)).at(-1)).toMatchObject({
    before: { name: 'wanted', status: 'deleted' },
    after: { name: 'wanted again', status: 'disabled' },
  });
});

test('the limit is exact when accounts are restored and created at the same time', async () => {
  const busy = await somebody(gateway, await gateway.createTenant({ limit: 4 }));
  const deleted: string[] = [];
  for (let n = 0; n < 4; n++) deleted.push((await busy.create()).id);
  for (const id of deleted) await busy.rest('DELETE', `/${id}`);
  const answers = await Promise.all([
    ...deleted.map((id) => busy.rest('POST', `/${id}/restore`)),
    ...deleted.map(() => gateway.create(busy.headers)),
  ]);
  const told = answers.map(({ status, body }) => (status === 200 ? 'made' : body.code));
  expect(told.filter((code) => code === 'made')).toHaveLength(4);
  expect(told.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(4);
  const [row] = await gateway.sql(
    `select service_account_count as count,
       (select count(*)::int from service_account where tenant_id = tenant.id and status <> 'deleted') as rows
     from tenant where id = $1`,
    [busy.tenant],
  );
  expect(row).toEqual({ count: 4, rows: 4 });
});
