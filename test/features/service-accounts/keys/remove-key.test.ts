import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { keyCalls, keyTransports, newPublicKey } from './key-calls.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const rowsOf = async (keyId = '') =>
  (await gateway.sql('select from service_account_key where id = $1', [keyId.slice(4)])).length;

describe.each(keyTransports)('over %s', (transport) => {
  const calls = () => keyCalls[transport](admin);
  const scene = async () => {
    const { id } = await admin.create();
    const publicKey = newPublicKey({ kid: 'removed' });
    const { key } = await calls().add(id, { publicKey, expiresAt: '2999-01-01T00:00:00Z' });
    if (!key) throw new Error('there is no key');
    return { id, key, publicKey };
  };

  test('a key is removed, returned and recorded, and the others stay', async () => {
    const { id, key } = await scene();
    const other = await calls().add(id, { publicKey: newPublicKey() });
    expect((await calls().remove(id, key.id)).key).toEqual(key);
    expect(await rowsOf(key.id)).toBe(0);
    expect(await calls().keysOf(id)).toEqual([other.key]);
    const events = await gateway.sql(
      `select after from audit_event where target = $1 and action = 'service_account.remove_key'`,
      [id],
    );
    expect(events).toEqual([
      { after: { key: key.id, thumbprint: key.thumbprint, expiresAt: '2999-01-01T00:00:00.000Z' } },
    ]);
  });

  test('an expired key is removed, too', async () => {
    const { id, key } = await scene();
    await gateway.sql(`update service_account_key set expires_at = '2026-01-01' where id = $1`, [
      key.id.slice(4),
    ]);
    expect(await calls().remove(id, key.id)).toMatchObject({ code: 'OK', key: { id: key.id } });
    expect(await rowsOf(key.id)).toBe(0);
  });

  test('a key that was removed is not found', async () => {
    const { id, key } = await scene();
    await calls().remove(id, key.id);
    expect(await calls().remove(id, key.id)).toMatchObject({
      code: 'NOT_FOUND',
      message: 'The service account has no public key with this ID',
      details: { field: 'keyId' },
    });
  });

  test('a key that was removed can be added again, as another one', async () => {
    const { id, key, publicKey } = await scene();
    await calls().remove(id, key.id);
    const again = await calls().add(id, { publicKey });
    expect(again).toMatchObject({ code: 'OK', key: { thumbprint: key.thumbprint } });
    expect(again.key?.id).not.toBe(key.id);
  });
});

test.each(['/:id', '/bulk/delete'])('deleting an account removes its keys: %s', async (path) => {
  const { id } = await admin.create();
  const other = await admin.create();
  const { add, keysOf } = keyCalls.REST(admin);
  const { key } = await add(id, { publicKey: newPublicKey() });
  const expired = await add(id, { publicKey: newPublicKey() });
  await gateway.sql(`update service_account_key set expires_at = '2026-01-01' where id = $1`, [
    expired.key?.id.slice(4),
  ]);
  const kept = await add(other.id, { publicKey: newPublicKey() });
  if (path === '/:id') await admin.rest('DELETE', `/${id}`);
  else await admin.rest('POST', path, { ids: [id] });
  expect(await Promise.all([key, expired.key].map((one) => rowsOf(one?.id)))).toEqual([0, 0]);
  expect(await keysOf(other.id)).toEqual([kept.key]);
  const [event] = await gateway.sql(
    `select after from audit_event where target = $1 and action = 'service_account.delete'`,
    [id],
  );
  expect(event?.after.removedKeys.sort()).toEqual([key?.id, expired.key?.id].sort());
});

test('a restored account has no key', async () => {
  const { id } = await admin.create();
  const { add, keysOf } = keyCalls.REST(admin);
  await add(id, { publicKey: newPublicKey() });
  await admin.rest('DELETE', `/${id}`);
  await admin.rest('POST', `/${id}/restore`);
  expect(await keysOf(id)).toEqual([]);
});

test('revoking all secrets leaves the keys', async () => {
  const here = await somebody(gateway);
  const { id } = await here.create();
  const { add, keysOf } = keyCalls.REST(here);
  const { key } = await add(id, { publicKey: newPublicKey() });
  expect((await here.rest('POST', '/revoke-all-secrets')).body.data).toEqual({ count: 1 });
  expect(await keysOf(id)).toEqual([key]);
});
