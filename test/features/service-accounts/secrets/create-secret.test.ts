import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { newKey } from '../../../platform/idempotency/keyed.js';
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

test('an account has five valid secrets at most, and room again when one has ended', async () => {
  const { id } = await admin.create();
  for (let n = 2; n <= 5; n++) expect((await calls.add(id)).status).toBe(200);
  for (const refused of [await calls.add(id), await calls.rotate(id)]) {
    expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT']);
    expect(refused.body.details).toEqual({ field: 'secrets', limit: 5, count: 5 });
  }
  expect((await calls.secretsOf(id)).every(({ expiresAt }) => expiresAt === null)).toBe(true);
  const [newest] = await calls.secretsOf(id);
  const revoked = await admin.rest('DELETE', `/${id}/secret/${newest?.id}`);
  expect(revoked.body.data).toMatchObject({ id: newest?.id, revokedAt: expect.any(String) });
  expect((await calls.add(id)).status).toBe(200);
  expect((await calls.rotate(id, { overlapSeconds: 0 })).status).toBe(200);
  expect(await calls.secretsOf(id)).toHaveLength(1);
});

test('five is exact when secrets are created and rotated at the same time', async () => {
  const { id } = await admin.create();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? calls.add(id) : calls.rotate(id, { overlapSeconds: 60 }))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([
    200, 200, 200, 200, 409, 409, 409, 409, 409, 409,
  ]);
  expect(await calls.secretsOf(id)).toHaveLength(5);
});

test('a retry finds its answer though the account has no room for another secret by now', async () => {
  const { id } = await admin.create();
  const key = { 'idempotency-key': newKey() };
  for (let n = 2; n < 5; n++) await calls.add(id);
  const first = await calls.add(id, {}, key);
  expect((await calls.add(id)).status).toBe(409);
  expect((await calls.add(id, {}, key)).body.data).toEqual(first.body.data);
});
