import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { moveClock, restoreClock } from '../../../harness/clock.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { isReplay, newKey } from '../../../platform/idempotency/keyed.js';
import { newTrust, trustCalls, trustTransports } from './trust-calls.js';

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
const expiresAt = '2999-01-01T00:00:00.000Z';
const claims = [
  { name: 'repository', value: 'acme/api' },
  { name: '/kubernetes.io/namespace', value: 'prod' },
];
const sorted = claims.toReversed();

describe.each(trustTransports)('over %s', (transport) => {
  const calls = () => trustCalls[transport](admin);

  test('a trust is added, listed and recorded', async () => {
    const { id, clientId } = await admin.create();
    const input = {
      subject: 'repo:acme/api:environment:prod',
      audience: 'https://x.example',
      claims,
      expiresAt,
    };
    const { trust, answer } = await calls().add(id, input);
    expect(trust).toEqual({
      id: expect.stringMatching(/^trust-[0-9a-f-]{36}$/),
      issuerName: 'ci',
      issuer: 'https://ci.example.com',
      subject: 'repo:acme/api:environment:prod',
      audience: 'https://x.example',
      claims: sorted,
      createdAt: expect.any(String),
      expiresAt,
      lastUsedAt: null,
    });
    expect(await calls().trustsOf(id)).toEqual([trust]);
    const { issuer, subject, audience } = trust ?? {};
    expect(await eventsOf(id, 'add_trust')).toEqual([
      {
        after: { trust: trust?.id, issuer, subject, audience, claims: sorted, expiresAt },
        caller_id: 'a tenant_admin',
        outcome: 'success',
      },
    ]);
    if (transport === 'REST')
      expect(Object.entries(answer.body.data)).toEqual([
        ['id', id],
        ['clientId', clientId],
        ['trust', trust],
      ]);
  });

  test('a trust is for this gateway by default, and does not expire', async () => {
    const { id } = await admin.create();
    const { trust } = await calls().add(id, newTrust());
    expect(trust).toMatchObject({
      audience: 'https://gateway.example.com/oauth2',
      claims: [],
      expiresAt: null,
    });
  });

  test('the account stays as it is, and so do its secrets', async () => {
    const { id } = await admin.create();
    const before = await admin.rest('GET', `/${id}`);
    const secrets = await admin.rest('GET', `/${id}/secret`);
    await calls().add(id, newTrust());
    expect((await admin.rest('GET', `/${id}`)).body.data).toEqual(before.body.data);
    expect((await admin.rest('GET', `/${id}/secret`)).body.data).toEqual(secrets.body.data);
  });

  test('two accounts can trust the same workload', async () => {
    const trust = newTrust();
    const [one, two] = [await admin.create(), await admin.create()];
    const added = [await calls().add(one.id, trust), await calls().add(two.id, trust)];
    expect(added.map(({ code }) => code)).toEqual(['OK', 'OK']);
  });

  test('the same trust again is a conflict, also with its claims in another order', async () => {
    const { id } = await admin.create();
    const input = newTrust({ claims });
    const { trust } = await calls().add(id, input);
    expect(await calls().add(id, { ...input, claims: sorted })).toMatchObject({
      code: 'CONFLICT',
      message: `subject: the service account already has this trust, with the ID ${trust?.id}`,
      details: { field: 'subject', trustId: trust?.id },
    });
    expect(await calls().add(id, { ...input, claims: claims.slice(1) })).toMatchObject({ code: 'OK' });
  });

  test('an issuer that the operator has not named is not accepted, nor the URL of one', async () => {
    const { id } = await admin.create();
    for (const issuer of ['github', 'https://ci.example.com', 'CI']) {
      expect(await calls().add(id, newTrust({ issuer }))).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'issuer: must be the name of an issuer that the operator of the gateway trusts: ci',
        details: { field: 'issuer' },
      });
    }
  });

  test('a retry with an idempotency key gets the first answer', async () => {
    const { id } = await admin.create();
    const input = newTrust({ claims, expiresAt });
    const more = { 'idempotency-key': newKey() };
    const first = await calls().add(id, input, more);
    const retry = await calls().add(id, input, more);
    expect(retry.answer.body.data).toEqual(first.answer.body.data);
    expect([first, retry].map(({ answer }) => isReplay(answer))).toEqual([false, true]);
    expect(await eventsOf(id, 'add_trust')).toHaveLength(1);
    expect(await eventsOf(id, 'add_trust.replay')).toHaveLength(1);
  });

  test('the same idempotency key with another trust is rejected', async () => {
    const { id } = await admin.create();
    const more = { 'idempotency-key': newKey() };
    await calls().add(id, newTrust(), more);
    expect((await calls().add(id, newTrust(), more)).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await calls().trustsOf(id)).toHaveLength(1);
  });

  test('a retry after the trust was removed is a conflict', async () => {
    const { id } = await admin.create();
    const input = newTrust();
    const more = { 'idempotency-key': newKey() };
    const { trust } = await calls().add(id, input, more);
    await calls().remove(id, trust?.id ?? '');
    const retry = await calls().add(id, input, more);
    expect(retry).toMatchObject({ code: 'CONFLICT', details: { field: 'idempotencyKey' } });
    expect(retry.message).toBe(
      'idempotencyKey: the trust in the first response is no longer valid; use a new key to add it again',
    );
  });
});

test('twenty is exact when trusts are added at the same time, and expired ones leave room', async () => {
  const { id } = await admin.create();
  const { add, trustsOf } = trustCalls.REST(admin);
  for (let n = 1; n <= 15; n++) await add(id, newTrust());
  const added = await Promise.all(Array.from({ length: 8 }, () => add(id, newTrust())));
  expect(added.map(({ code }) => code).sort()).toEqual([
    ...Array(3).fill('CONFLICT'),
    ...Array(5).fill('OK'),
  ]);
  const details = { field: 'trusts', limit: 20, count: 20 };
  expect(added.find(({ code }) => code === 'CONFLICT')?.details).toEqual(details);
  const [trust] = await trustsOf(id);
  await gateway.sql('update service_account_trust set expires_at = now() where id = $1', [
    trust?.id.slice(6),
  ]);
  expect(await add(id, newTrust())).toMatchObject({ code: 'OK' });
  expect(await trustsOf(id)).toHaveLength(20);
});

test('a subject may have 1024 characters', async () => {
  const { id } = await admin.create();
  expect(await trustCalls.REST(admin).add(id, { subject: 'x'.repeat(1024) })).toMatchObject({ code: 'OK' });
});

test('a trust is added once when it is added twice at the same time', async () => {
  const { id } = await admin.create();
  const input = newTrust();
  const added = await Promise.all(trustTransports.map((name) => trustCalls[name](admin).add(id, input)));
  expect(added.map(({ code }) => code).sort()).toEqual(['CONFLICT', 'OK']);
});

test('the budget of changes counts added trusts, and a trust that does not fit is not stored', async () => {
  const limited = await startGateway({ RATE_LIMIT_TENANT_CHANGES: '2' });
  moveClock(0);
  const busy = await somebody(limited);
  const { id } = await busy.create();
  const { add, trustsOf } = trustCalls.REST(busy);
  const added = [await add(id, newTrust()), await add(id, newTrust())];
  expect(added.map(({ code }) => code)).toEqual(['OK', 'RATE_LIMITED']);
  expect(await trustsOf(id)).toHaveLength(1);
  restoreClock();
  await limited.close();
});
