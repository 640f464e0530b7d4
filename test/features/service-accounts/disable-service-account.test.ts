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

test('disabled and enabled again, and a second time is nothing new', async () => {
  const { id } = await admin.create();
  for (const [verb, status] of [
    ['disable', 'disabled'],
    ['disable', 'disabled'],
    ['enable', 'active'],
    ['enable', 'active'],
  ]) {
    const { body } = await admin.rest('POST', `/${id}/${verb}`);
    expect(body.data.status).toBe(status);
  }
  expect(await changesOf(gateway, id)).toMatchObject([
    { action: 'service_account.disable', before: { status: 'active' }, after: { status: 'disabled' } },
    { action: 'service_account.enable', before: { status: 'disabled' }, after: { status: 'active' } },
  ]);
});
