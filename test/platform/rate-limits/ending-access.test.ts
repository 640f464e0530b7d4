import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { askToken, machine } from '../../api/oauth/machine.js';
import { newPublicKey } from '../../features/service-accounts/keys/key-calls.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_TENANT_CHANGES: '3' });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  moveClock(0);
  admin = await somebody(gateway);
});
afterEach(restoreClock);

const useUp = async () => {
  for (let n = 0; n < 4; n++) await admin.rest('POST', '/create');
  expect(await admin.rest('POST', '/create')).toMatchObject({ status: 429 });
};

test.each<
  [
    string,
    string,
    (account: { id: string; secretId: string; secret: string }) => [path: string, body?: object],
  ]
>([
  ['revoking a secret', 'DELETE', ({ id, secretId }) => [`/${id}/secret/${secretId}`]],
  ['reporting a leaked secret', 'POST', ({ secret }) => ['/report-leaked-secret', { secret }]],
  ['revoking all secrets', 'POST', () => ['/revoke-all-secrets']],
  ['disabling an account', 'POST', ({ id }) => [`/${id}/disable`]],
  ['deleting an account', 'DELETE', ({ id }) => [`/${id}`]],
  ['disabling several accounts', 'POST', ({ id }) => ['/bulk/disable', { ids: [id] }]],
  ['deleting several accounts', 'POST', ({ id }) => ['/bulk/delete', { ids: [id] }]],
])('%s works while the budget of changes is used up', async (_what, method, request) => {
  const one = await machine(gateway, {}, admin);
  await useUp();
  const { body: secrets } = await admin.rest('GET', `/${one.id}/secret`);
  const [path, body] = request({ id: one.id, secretId: secrets.data[0].id, secret: one.clientSecret });
  expect(await admin.rest(method, path, body)).toMatchObject({ status: 200 });
  expect(await askToken(gateway, one)).toMatchObject({ status: 401 });
});

test('operations that end access are not refused beyond the budget, and leave it to other changes', async () => {
  const ids: string[] = [];
  for (const minute of [0, 60]) {
    moveClock(minute);
    for (let n = 0; n < 3; n++) ids.push((await admin.create()).id);
  }
  moveClock(120);
  const answers = [];
  for (const id of ids) answers.push(await admin.rest('POST', `/${id}/disable`));
  answers.push(await admin.rest('POST', '/revoke-all-secrets'));
  for (const id of ids) answers.push(await admin.rest('DELETE', `/${id}`));
  expect(answers.map(({ status }) => status)).toEqual(Array(13).fill(200));
  const enabled = await Promise.all(Array.from({ length: 4 }, () => admin.rest('POST', '/create')));
  expect(enabled.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
});

test('removing a public key works while the budget of changes is used up', async () => {
  const { id } = await admin.create();
  const added = await admin.rest('POST', `/${id}/key`, { publicKey: newPublicKey() });
  await useUp();
  expect(await admin.rest('DELETE', `/${id}/key/${added.body.data.key.id}`)).toMatchObject({ status: 200 });
});

test('an account that is enabled and disabled in turns uses up the budget', async () => {
  const { id } = await admin.create();
  const statuses = [];
  for (let n = 0; n < 4; n++) {
    await admin.rest('POST', `/${id}/disable`);
    statuses.push((await admin.rest('POST', `/${id}/enable`)).status);
  }
  expect(statuses).toEqual([200, 200, 429, 429]);
});
