import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { askToken, machine } from '../../api/oauth/machine.js';
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

test.each<[string, string, (account: { id: string; secretId: string }) => [path: string, body?: object]]>([
  ['revoking a secret', 'DELETE', ({ id, secretId }) => [`/${id}/secret/${secretId}`]],
  ['revoking all secrets', 'POST', () => ['/revoke-all-secrets']],
  ['disabling an account', 'POST', ({ id }) => [`/${id}/disable`]],
  ['deleting an account', 'DELETE', ({ id }) => [`/${id}`]],
  ['disabling several accounts', 'POST', ({ id }) => ['/bulk/disable', { ids: [id] }]],
  ['deleting several accounts', 'POST', ({ id }) => ['/bulk/delete', { ids: [id] }]],
])('%s works while the budget of changes is used up', async (_what, method, request) => {
  const one = await machine(gateway, {}, admin);
  await useUp();
  const { body: secrets } = await admin.rest('GET', `/${one.id}/secret`);
  const [path, body] = request({ id: one.id, secretId: secrets.data[0].id });
  expect(await admin.rest(method, path, body)).toMatchObject({ status: 200 });
  expect(await askToken(gateway, one)).toMatchObject({ status: 401 });
});

test('operations that end access have a budget of the same size', async () => {
  const ids: string[] = [];
  for (const minute of [0, 60]) {
    moveClock(minute);
    for (let n = 0; n < 2; n++) ids.push((await admin.create()).id);
  }
  const answers = [];
  for (const id of ids) answers.push(await admin.rest('POST', `/${id}/disable`));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers[3]?.body).toMatchObject({
    code: 'RATE_LIMITED',
    message:
      'The tenant has used up the limit of 3 changes per minute for operations that end access. Retry after 60 seconds.',
    details: { limit: 'tenant_changes', quota: 3, retryAfter: 60 },
  });
});

test('revoking all secrets works if it needs more than the budget, and uses it up', async () => {
  for (let n = 0; n < 3; n++) await admin.create();
  moveClock(60);
  const { id } = await admin.create();
  const { body } = await admin.rest('POST', '/revoke-all-secrets');
  expect(body.data).toEqual({ count: 4 });
  expect(await admin.rest('DELETE', `/${id}`)).toMatchObject({ status: 429 });
});

test('other changes work while the budget of the operations that end access is used up', async () => {
  for (let n = 0; n < 3; n++) await admin.create();
  moveClock(60);
  const { id } = await admin.create();
  await admin.rest('POST', '/revoke-all-secrets');
  expect(await admin.rest('POST', `/${id}/secret`)).toMatchObject({ status: 200 });
});
