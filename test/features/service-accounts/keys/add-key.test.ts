import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { moveClock, restoreClock } from '../../../harness/clock.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { isReplay, newKey } from '../../../platform/idempotency/keyed.js';
import { keyCalls, keyTransports, newPublicKey } from './key-calls.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterEach(restoreClock);
afterAll(() => gateway.close());

const eventsOf = (id: string, action: string) =>
  gateway.sql('select after, caller_id, outcome from audit_event where target = $1 and action = $2', [
    id,
    `service_account.${action}`,
  ]);

describe.each(keyTransports)('over %s', (transport) => {
  const calls = () => keyCalls[transport](admin);

  test('a key is added, listed and recorded', async () => {
    const { id, clientId } = await admin.create();
    const expiresAt = '2999-01-01T00:00:00.000Z';
    const { key, answer } = await calls().add(id, { publicKey: newPublicKey({ kid: 'first' }), expiresAt });
    expect(key).toEqual({
      id: expect.stringMatching(/^key-[0-9a-f-]{36}$/),
      kid: 'first',
      thumbprint: expect.stringMatching(/^[\w-]{43}$/),
      algorithms: ['ES256'],
      createdAt: expect.any(String),
      expiresAt,
      lastUsedAt: null,
    });
    expect(await calls().keysOf(id)).toEqual([key]);
    expect(await eventsOf(id, 'add_key')).toEqual([
      {
        after: { key: key?.id, thumbprint: key?.thumbprint, expiresAt },
        caller_id: 'a tenant_admin',
        outcome: 'success',
      },
    ]);
    if (transport === 'REST')
      expect(Object.entries(answer.body.data)).toEqual([
        ['id', id],
        ['clientId', clientId],
        ['key', key],
      ]);
  });

  test('a key without an expiry does not expire', async () => {
    const { id } = await admin.create();
    const { key } = await calls().add(id, { publicKey: newPublicKey() });
    expect(key?.expiresAt).toBeNull();
    expect(await eventsOf(id, 'add_key')).toMatchObject([{ after: { expiresAt: null } }]);
  });

  test('the account stays as it is, and so do its secrets', async () => {
    const { id } = await admin.create();
    const before = await admin.rest('GET', `/${id}`);
    const secrets = await admin.rest('GET', `/${id}/secret`);
    await calls().add(id, { publicKey: newPublicKey() });
    expect((await admin.rest('GET', `/${id}`)).body.data).toEqual(before.body.data);
    expect((await admin.rest('GET', `/${id}/secret`)).body.data).toEqual(secrets.body.data);
  });

  test('two accounts can have the same key', async () => {
    const publicKey = newPublicKey();
    const [one, two] = [await admin.create(), await admin.create()];
    const added = [await calls().add(one.id, { publicKey }), await calls().add(two.id, { publicKey })];
    expect(added.map(({ code }) => code)).toEqual(['OK', 'OK']);
  });

  test('a retry with an idempotency key gets the first answer', async () => {
    const { id } = await admin.create();
    const input = { publicKey: newPublicKey(), expiresAt: '2999-01-01T00:00:00.000Z' };
    const more = { 'idempotency-key': newKey() };
    const first = await calls().add(id, input, more);
    const retry = await calls().add(id, input, more);
    expect(retry.answer.body.data).toEqual(first.answer.body.data);
    expect([first, retry].map(({ answer }) => isReplay(answer))).toEqual([false, true]);
    expect(await eventsOf(id, 'add_key')).toHaveLength(1);
    expect(await eventsOf(id, 'add_key.replay')).toHaveLength(1);
  });

  test('the same idempotency key with another public key is refused', async () => {
    const { id } = await admin.create();
    const more = { 'idempotency-key': newKey() };
    await calls().add(id, { publicKey: newPublicKey() }, more);
    const other = await calls().add(id, { publicKey: newPublicKey() }, more);
    expect(other.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await calls().keysOf(id)).toHaveLength(1);
  });

  test('a retry after the key was removed is a conflict', async () => {
    const { id } = await admin.create();
    const input = { publicKey: newPublicKey() };
    const more = { 'idempotency-key': newKey() };
    const { key } = await calls().add(id, input, more);
    await calls().remove(id, key?.id ?? '');
    // The request would succeed, were it not for the stored response.
    const retry = await calls().add(id, input, more);
    expect(retry).toMatchObject({ code: 'CONFLICT', details: { field: 'idempotencyKey' } });
    expect(retry.message).toBe(
      'idempotencyKey: the public key in the first response is no longer valid; use a new key to add it again',
    );
    expect(await calls().keysOf(id)).toEqual([]);
  });
});

test('five is exact when keys are added at the same time', async () => {
  const { id } = await admin.create();
  const added = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      keyCalls[n % 2 ? 'REST' : 'GraphQL'](admin).add(id, { publicKey: newPublicKey() }),
    ),
  );
  expect(added.map(({ code }) => code).sort()).toEqual([
    ...Array(3).fill('CONFLICT'),
    ...Array(5).fill('OK'),
  ]);
  expect(await keyCalls.REST(admin).keysOf(id)).toHaveLength(5);
});

test('a key is added once when it is added twice at the same time', async () => {
  const { id } = await admin.create();
  const publicKey = newPublicKey();
  const added = await Promise.all(keyTransports.map((name) => keyCalls[name](admin).add(id, { publicKey })));
  expect(added.map(({ code }) => code).sort()).toEqual(['CONFLICT', 'OK']);
});

test('expired keys leave room for others, and are still there', async () => {
  const { id } = await admin.create();
  const { add, keysOf } = keyCalls.REST(admin);
  const expired = newPublicKey();
  const first = await add(id, { publicKey: expired, expiresAt: '2999-01-01T00:00:00Z' });
  for (let n = 2; n <= 5; n++) await add(id, { publicKey: newPublicKey() });
  await gateway.sql(`update service_account_key set expires_at = now() - interval '1 second' where id = $1`, [
    first.key?.id.slice(4),
  ]);
  expect(await keysOf(id)).toHaveLength(4);
  expect(await add(id, { publicKey: newPublicKey() })).toMatchObject({ code: 'OK' });
  expect(await add(id, { publicKey: expired })).toMatchObject({
    code: 'CONFLICT',
    details: { field: 'publicKey', keyId: first.key?.id },
  });
});

test('the budget of changes counts added keys, and a key that does not fit is not stored', async () => {
  const limited = await startGateway({ RATE_LIMIT_TENANT_CHANGES: '2' });
  moveClock(0);
  const busy = await somebody(limited);
  const { id } = await busy.create();
  const { add, keysOf } = keyCalls.REST(busy);
  const added = [await add(id, { publicKey: newPublicKey() }), await add(id, { publicKey: newPublicKey() })];
  expect(added.map(({ code }) => code)).toEqual(['OK', 'RATE_LIMITED']);
  expect(await keysOf(id)).toHaveLength(1);
  restoreClock();
  await limited.close();
});
