import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { newTrust, trustCalls, trustTransports } from './trust-calls.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const rowsOf = async (trustId = '') =>
  (await gateway.sql('select from service_account_trust where id = $1', [trustId.slice(6)])).length;
const expire = (trustId = '') =>
  gateway.sql(`update service_account_trust set expires_at = '2026-01-01' where id = $1`, [trustId.slice(6)]);

describe.each(trustTransports)('over %s', (transport) => {
  const calls = () => trustCalls[transport](admin);
  const scene = async () => {
    const { id } = await admin.create();
    const input = newTrust({ claims: [{ name: 'a', value: 'x' }], expiresAt: '2999-01-01T00:00:00Z' });
    const { trust } = await calls().add(id, input);
    if (!trust) throw new Error('there is no trust');
    return { id, trust, input };
  };

  test('a trust is removed, returned and recorded, and the others stay', async () => {
    const { id, trust } = await scene();
    const other = await calls().add(id, newTrust());
    expect((await calls().remove(id, trust.id)).trust).toEqual(trust);
    expect(await rowsOf(trust.id)).toBe(0);
    expect(await calls().trustsOf(id)).toEqual([other.trust]);
    const events = await gateway.sql(
      `select after from audit_event where target = $1 and action = 'service_account.remove_trust'`,
      [id],
    );
    const { issuer, subject, audience, claims, expiresAt } = trust;
    expect(events).toEqual([{ after: { trust: trust.id, issuer, subject, audience, claims, expiresAt } }]);
  });

  test('an expired trust is removed, too', async () => {
    const { id, trust } = await scene();
    await expire(trust.id);
    expect(await calls().remove(id, trust.id)).toMatchObject({ code: 'OK', trust: { id: trust.id } });
    expect(await rowsOf(trust.id)).toBe(0);
  });

  test('a trust that was removed is not found', async () => {
    const { id, trust } = await scene();
    await calls().remove(id, trust.id);
    expect(await calls().remove(id, trust.id)).toMatchObject({
      code: 'NOT_FOUND',
      message: 'The service account has no trust with this ID',
      details: { field: 'trustId' },
    });
  });

  test('a trust that was removed can be added again, as another one', async () => {
    const { id, trust, input } = await scene();
    await calls().remove(id, trust.id);
    const again = await calls().add(id, input);
    expect(again.code).toBe('OK');
    expect(again.trust?.id).not.toBe(trust.id);
  });
});

test.each(['/:id', '/bulk/delete'])('deleting an account removes its trusts: %s', async (path) => {
  const { id } = await admin.create();
  const other = await admin.create();
  const { add, trustsOf } = trustCalls.REST(admin);
  const { trust } = await add(id, newTrust());
  const expired = await add(id, newTrust());
  await expire(expired.trust?.id);
  const kept = await add(other.id, newTrust());
  if (path === '/:id') await admin.rest('DELETE', `/${id}`);
  else await admin.rest('POST', path, { ids: [id] });
  expect(await Promise.all([trust, expired.trust].map((one) => rowsOf(one?.id)))).toEqual([0, 0]);
  expect(await trustsOf(other.id)).toEqual([kept.trust]);
  const [event] = await gateway.sql(
    `select after from audit_event where target = $1 and action = 'service_account.delete'`,
    [id],
  );
  expect(event?.after.removedTrusts.sort()).toEqual([trust?.id, expired.trust?.id].sort());
});

test('a restored account has no trust', async () => {
  const { id } = await admin.create();
  const { add, trustsOf } = trustCalls.REST(admin);
  await add(id, newTrust());
  await admin.rest('DELETE', `/${id}`);
  await admin.rest('POST', `/${id}/restore`);
  expect(await trustsOf(id)).toEqual([]);
});

test('revoking all secrets leaves the trusts', async () => {
  const here = await somebody(gateway);
  const { id } = await here.create();
  const { add, trustsOf } = trustCalls.REST(here);
  const { trust } = await add(id, newTrust());
  expect((await here.rest('POST', '/revoke-all-secrets')).body.data).toEqual({ count: 1 });
  expect(await trustsOf(id)).toEqual([trust]);
});
