import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { newKey } from '../../../platform/idempotency/keyed.js';
import { type Secret, type SecretCalls, secretCalls } from './secret-calls.js';

let gateway: Gateway;
let admin: Somebody;
let calls: SecretCalls;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  calls = secretCalls(admin);
});
afterAll(() => gateway.close());

/** Returns the seconds from the creation of one secret to the end of the other. */
const overlap = (made: Secret | undefined, ending: Secret | undefined) =>
  Math.round((Date.parse(ending?.expiresAt ?? '') - Date.parse(made?.createdAt ?? '')) / 1000);

test.each([
  ['the requested overlap', { overlapSeconds: 600 }, 600],
  ['a day, where nothing is', {}, 86_400],
  ['30 days at most', { overlapSeconds: 2_592_000 }, 2_592_000],
])(
  'rotated, an account has two secrets, of which the old one ends after %s',
  async (_what, body, seconds) => {
    const { id, clientId, clientSecret } = await admin.create();
    const answer = await calls.rotate(id, body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { data } = answer.body;
    expect(Object.keys(data)).toEqual(['id', 'clientId', 'clientSecret', 'secret']);
    expect([data.id, data.clientId]).toEqual([id, clientId]);
    expect(data.clientSecret).not.toBe(clientSecret);
    expect(data.secret).toMatchObject({ hint: data.clientSecret.slice(-4), expiresAt: null });
    const [now, before, ...more] = await calls.secretsOf(id);
    expect(now).toEqual(data.secret);
    expect(before?.hint).toBe(clientSecret.slice(-4));
    expect(overlap(now, before)).toBe(seconds);
    expect(more).toEqual([]);
  },
);

test('rotated without overlap, an account has the new secret only', async () => {
  const { id } = await admin.create();
  const { body } = await calls.rotate(id, { overlapSeconds: 0 });
  expect(await calls.secretsOf(id)).toEqual([body.data.secret]);
});

test('what ends sooner by itself keeps its end', async () => {
  const { id } = await admin.create();
  const soon = new Date(Date.now() + 60_000).toISOString();
  await calls.add(id, { expiresAt: soon });
  await calls.rotate(id, { overlapSeconds: 3600 });
  expect((await calls.secretsOf(id)).map(({ expiresAt }) => expiresAt === soon)).toEqual([
    false,
    true,
    false,
  ]);
});

test('a secret whose overlap has ended is not shown any more', async () => {
  const { id } = await admin.create();
  await calls.rotate(id, { overlapSeconds: 1 });
  expect(await calls.secretsOf(id)).toHaveLength(2);
  await gateway.sql(
    `update service_account_secret set expires_at = now() where expires_at is not null and service_account_id = $1`,
    [id.slice(3)],
  );
  expect(await calls.secretsOf(id)).toHaveLength(1);
});

test('the audit log tells which secret was made, which ended with it and when, and which a deletion revoked', async () => {
  const { id } = await admin.create();
  const [first] = await calls.secretsOf(id);
  const { body } = await calls.rotate(id, { overlapSeconds: 60 });
  const [, ending] = await calls.secretsOf(id);
  await admin.rest('DELETE', `/${id}`);
  const trail = await gateway.sql<{ after: Record<string, unknown> }>(
    'select after from audit_event where target = $1 order by occurred_at, id',
    [id],
  );
  expect(trail.map(({ after }) => after)).toEqual([
    expect.objectContaining({ secret: first?.id }),
    {
      secret: body.data.secret.id,
      overlapSeconds: 60,
      ended: [{ secret: first?.id, expiresAt: ending?.expiresAt }],
    },
    {
      status: 'deleted',
      revokedSecrets: expect.arrayContaining([first?.id, body.data.secret.id]),
      removedKeys: [],
      removedTrusts: [],
    },
  ]);
});

test.each([
  ['rotate', { overlapSeconds: 60 }, { overlapSeconds: 61 }],
  ['create', { expiresAt: '2999-01-01T00:00:00Z' }, { expiresAt: '2999-01-02T00:00:00Z' }],
] as const)(
  'a retry of %s under its key gets the first response, also when both come at the same time',
  async (what, input, other) => {
    const call = what === 'rotate' ? calls.rotate : calls.add;
    const { id } = await admin.create();
    const key = { 'idempotency-key': newKey() };
    const both = await Promise.all([call(id, input, key), call(id, input, key)]);
    const later = await call(id, input, key);
    const [{ body: first }] = both;
    for (const answer of [...both, later])
      expect([answer.status, answer.body.data]).toEqual([200, first.data]);
    expect([...both, later].filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(2);
    expect(await calls.secretsOf(id)).toHaveLength(2);
    expect((await call(id, other, key)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const elsewhere = await admin.create();
    expect((await call(elsewhere.id, input, key)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    await admin.rest('DELETE', `/${id}/secret/${first.data.secret.id}`);
    expect((await call(id, input, key)).body).toMatchObject({ code: 'CONFLICT' });
    const replays = await gateway.sql(
      `select 1 from audit_event where target = $1 and action like '%.replay'`,
      [id],
    );
    expect(replays).toHaveLength(2);
  },
);

test('a retry over GraphQL gets the response of REST', async () => {
  const { id } = await admin.create({ labels: [{ key: 'createdAt', value: 'a' }] });
  const idempotencyKey = newKey();
  const rest = await calls.rotate(id, {}, { 'idempotency-key': idempotencyKey });
  const { rotateServiceAccountSecret: again } = await admin.run(
    `mutation ($id: ID!, $key: String) { rotateServiceAccountSecret(input: { id: $id }, idempotencyKey: $key) {
      clientSecret secret { id createdAt } serviceAccount { id createdAt labels { key value } secrets { id } }
    } }`,
    { id, key: idempotencyKey },
  );
  expect(again).toMatchObject({
    clientSecret: rest.body.data.clientSecret,
    secret: { createdAt: rest.body.data.secret.createdAt },
    serviceAccount: { id, labels: [{ key: 'createdAt', value: 'a' }] },
  });
  expect(again.serviceAccount.secrets).toHaveLength(2);
});
