import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { restoreClock } from '../../../harness/clock.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { newKey } from '../../../platform/idempotency/keyed.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterEach(restoreClock);
afterAll(() => gateway.close());

interface Secret {
  id: string;
  hint: string;
  createdAt: string;
  expiresAt: string | null;
  overdue: boolean;
}

const secretsOf = async (id: string): Promise<Secret[]> =>
  (await admin.rest('GET', `/${id}/secret`)).body.data;
const rotate = (id: string, body: unknown = {}, more: Record<string, string> = {}) =>
  admin.rest('POST', `/${id}/rotate-secret`, body, more);
const add = (id: string, body: unknown = {}, more: Record<string, string> = {}) =>
  admin.rest('POST', `/${id}/secret`, body, more);

/** Seconds from when the one was made to when the other ends. */
const overlap = (made: Secret | undefined, ending: Secret | undefined) =>
  Math.round((Date.parse(ending?.expiresAt ?? '') - Date.parse(made?.createdAt ?? '')) / 1000);

test.each([
  ['what is asked for', { overlapSeconds: 600 }, 600],
  ['a day, where nothing is', {}, 86_400],
  ['30 days at most', { overlapSeconds: 2_592_000 }, 2_592_000],
])(
  'rotated, an account has two secrets, of which the old one ends after %s',
  async (_what, body, seconds) => {
    const { id, clientId, clientSecret } = await admin.create();
    const answer = await rotate(id, body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { data } = answer.body;
    expect(Object.keys(data)).toEqual(['id', 'clientId', 'clientSecret', 'secret']);
    expect([data.id, data.clientId]).toEqual([id, clientId]);
    expect(data.clientSecret).not.toBe(clientSecret);
    expect(data.secret).toMatchObject({ hint: data.clientSecret.slice(-4), expiresAt: null });
    const [now, before, ...more] = await secretsOf(id);
    expect(now).toEqual(data.secret);
    expect(before?.hint).toBe(clientSecret.slice(-4));
    expect(overlap(now, before)).toBe(seconds);
    expect(more).toEqual([]);
  },
);

test('rotated without overlap, an account has the new secret only', async () => {
  const { id } = await admin.create();
  const { body } = await rotate(id, { overlapSeconds: 0 });
  expect(await secretsOf(id)).toEqual([body.data.secret]);
});

test('what ends sooner by itself keeps its end', async () => {
  const { id } = await admin.create();
  const soon = new Date(Date.now() + 60_000).toISOString();
  await add(id, { expiresAt: soon });
  await rotate(id, { overlapSeconds: 3600 });
  expect((await secretsOf(id)).map(({ expiresAt }) => expiresAt === soon)).toEqual([false, true, false]);
});

test('a secret whose overlap is over is not shown any more', async () => {
  const { id } = await admin.create();
  await rotate(id, { overlapSeconds: 1 });
  expect(await secretsOf(id)).toHaveLength(2);
  await gateway.sql(
    `update service_account_secret set expires_at = now() where expires_at is not null and service_account_id = $1`,
    [id.slice(3)],
  );
  expect(await secretsOf(id)).toHaveLength(1);
});

test('an account has five live secrets at most, and room again when one has ended', async () => {
  const { id } = await admin.create();
  for (let n = 2; n <= 5; n++) expect((await add(id)).status).toBe(200);
  for (const refused of [await add(id), await rotate(id)]) {
    expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT']);
    expect(refused.body.details).toEqual({ field: 'secrets', limit: 5, count: 5 });
  }
  expect((await secretsOf(id)).every(({ expiresAt }) => expiresAt === null)).toBe(true);
  const [newest] = await secretsOf(id);
  const revoked = await admin.rest('DELETE', `/${id}/secret/${newest?.id}`);
  expect(revoked.body.data).toMatchObject({ id: newest?.id, revokedAt: expect.any(String) });
  expect((await add(id)).status).toBe(200);
  expect((await rotate(id, { overlapSeconds: 0 })).status).toBe(200);
  expect(await secretsOf(id)).toHaveLength(1);
});

test('five is exact when secrets are created and rotated at once', async () => {
  const { id } = await admin.create();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? add(id) : rotate(id, { overlapSeconds: 60 }))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([
    200, 200, 200, 200, 409, 409, 409, 409, 409, 409,
  ]);
  expect(await secretsOf(id)).toHaveLength(5);
});

test('a revoked secret is revoked once, and cannot be revived', async () => {
  const { id } = await admin.create();
  const [secret] = await secretsOf(id);
  const first = await admin.rest('DELETE', `/${id}/secret/${secret?.id}`);
  const second = await admin.rest('DELETE', `/${id}/secret/${secret?.id}`);
  expect(second.body.data).toEqual(first.body.data);
  await rotate(id);
  expect((await secretsOf(id)).map(({ id }) => id)).not.toContain(secret?.id);
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

test('the trail tells which secret was made, which ended with it and when, and which a deletion revoked', async () => {
  const { id } = await admin.create();
  const [first] = await secretsOf(id);
  const { body } = await rotate(id, { overlapSeconds: 60 });
  const [, ending] = await secretsOf(id);
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
    { status: 'deleted', revokedSecrets: expect.arrayContaining([first?.id, body.data.secret.id]) },
  ]);
});

/** Makes an account and its secret older than they are. */
const older = (id: string, days: number) =>
  gateway.sql(
    `with account as (
       update service_account set created_at = now() - make_interval(days => $2) where id = $1 returning *
     )
     update service_account_secret set created_at = account.created_at from account
     where service_account_id = account.id`,
    [id.slice(3), days],
  );

test('secrets that are older than the tenant wants are overdue, and their accounts are listed', async () => {
  const careful = await somebody(gateway);
  const [{ id }, young] = [await careful.create({ name: 'old' }), await careful.create({ name: 'young' })];
  await older(id, 91);
  await older(young.id, 89);
  const look = async () =>
    await careful.run(`{
        overdue: serviceAccounts(filter: { secretOverdue: true }) { nodes { name secrets { overdue } tenant { secretMaxAgeDays } } }
        others: serviceAccounts(filter: { secretOverdue: false }) { nodes { name } }
      }`);
  expect(await look()).toEqual({
    overdue: { nodes: [] },
    others: { nodes: [{ name: 'young' }, { name: 'old' }] },
  });
  const set = (days: number | null) =>
    careful.run(
      'mutation ($days: Int) { setTenantSecretMaxAge(input: { days: $days }) { tenant { secretMaxAgeDays } } }',
      { days },
    );
  expect(await set(90)).toEqual({ setTenantSecretMaxAge: { tenant: { secretMaxAgeDays: 90 } } });
  await set(90);
  expect(await look()).toEqual({
    overdue: { nodes: [{ name: 'old', secrets: [{ overdue: true }], tenant: { secretMaxAgeDays: 90 } }] },
    others: { nodes: [{ name: 'young' }] },
  });
  await careful.rest('POST', `/${id}/rotate-secret`, { overlapSeconds: 0 });
  expect((await look()).overdue).toEqual({ nodes: [] });
  await set(null);
  expect(
    await gateway.sql(
      `select before, after from audit_event where action = 'tenant.set_secret_max_age' and tenant_id = $1 order by occurred_at`,
      [careful.tenant],
    ),
  ).toEqual([
    { before: { secretMaxAgeDays: null }, after: { secretMaxAgeDays: 90 } },
    { before: { secretMaxAgeDays: 90 }, after: { secretMaxAgeDays: null } },
  ]);
});

test.each([
  ['rotate', rotate, { overlapSeconds: 60 }, { overlapSeconds: 61 }],
  ['create', add, { expiresAt: '2999-01-01T00:00:00Z' }, { expiresAt: '2999-01-02T00:00:00Z' }],
] as const)(
  'a retry of %s under its key gets the first answer, also when both come at once',
  async (_what, call, input, other) => {
    const { id } = await admin.create();
    const key = { 'idempotency-key': newKey() };
    const both = await Promise.all([call(id, input, key), call(id, input, key)]);
    const later = await call(id, input, key);
    const [{ body: first }] = both;
    for (const answer of [...both, later])
      expect([answer.status, answer.body.data]).toEqual([200, first.data]);
    expect([...both, later].filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(2);
    expect(await secretsOf(id)).toHaveLength(2);
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

test('a retry finds its answer though the account has no room for another secret by now', async () => {
  const { id } = await admin.create();
  const key = { 'idempotency-key': newKey() };
  for (let n = 2; n < 5; n++) await add(id);
  const first = await add(id, {}, key);
  expect((await add(id)).status).toBe(409);
  expect((await add(id, {}, key)).body.data).toEqual(first.body.data);
});

test('a retry over GraphQL gets what REST was answered', async () => {
  const { id } = await admin.create({ labels: [{ key: 'createdAt', value: 'a' }] });
  const idempotencyKey = newKey();
  const rest = await rotate(id, {}, { 'idempotency-key': idempotencyKey });
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
