import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

import { type SecretCalls, secretCalls } from './secret-calls.js';

let gateway: Gateway;
let admin: Somebody;
let calls: SecretCalls;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  calls = secretCalls(admin);
});
afterAll(() => gateway.close());

test('a revoked secret is revoked once, and cannot be revived', async () => {
  const { id } = await admin.create();
  const [secret] = await calls.secretsOf(id);
  const first = await admin.rest('DELETE', `/${id}/secret/${secret?.id}`);
  const second = await admin.rest('DELETE', `/${id}/secret/${secret?.id}`);
  expect(second.body.data).toEqual(first.body.data);
  await calls.rotate(id);
  expect((await calls.secretsOf(id)).map(({ id }) => id)).not.toContain(secret?.id);
  const events = await gateway.sql(
    `select action, after from audit_event where target = $1 and action like '%secret' order by occurred_at`,
    [id],
  );
  expect(events).toEqual([
    { action: 'service_account.revoke_secret', after: { secret: secret?.id } },
    {
      action: 'service_account.rotate_secret',
      after: { secret: expect.stringMatching(/^secret-/), overlapSeconds: 86_400, ended: [] },
    },
  ]);
});
