import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { createStatementCounter } from '../../harness/count-statements.js';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';

const statements = createStatementCounter();
let proxy: DatabaseProxy;
let gateway: Gateway;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url, statements.read);
    return proxy.url;
  };
  gateway = await startGateway(
    { RATE_LIMIT_TENANT_CHANGES: '3', METRICS_TOKEN: 'a-token-for-metrics' },
    { by },
  );
});
afterAll(async () => {
  await gateway.close();
  await proxy.close();
});
let admin: Somebody;
beforeEach(async () => {
  moveClock(0);
  admin = await somebody(gateway);
});
afterEach(restoreClock);

const usedUp = (retryAfter: number) => ({
  code: 'RATE_LIMITED',
  message: `The tenant has used up the limit of 3 changes per minute. Retry after ${retryAfter} seconds.`,
  details: { limit: 'tenant_changes', quota: 3, retryAfter },
});
const useUp = async () => {
  for (let n = 0; n < 4; n++) await admin.rest('POST', '/create');
};
const countsOf = async () => {
  const [counts] = await gateway.sql(
    `select service_account_count as count,
      (select count(*)::int from service_account where tenant_id = tenant.id) as accounts,
      (select count(*)::int from audit_event where tenant_id = tenant.id) as events
     from tenant where id = $1`,
    [admin.tenant],
  );
  return counts;
};
const statusOf = ({ status }: Answer) => status;

test('a creation beyond the budget creates nothing, and says which limit there is and when to retry', async () => {
  for (let n = 0; n < 3; n++) await admin.create();
  moveClock(20);
  const refused = await admin.rest('POST', '/create');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
  expect(refused.body).toMatchObject({ success: false, error: 'Too many requests', ...usedUp(40) });
  expect(await countsOf()).toEqual({ count: 3, accounts: 3, events: 3 });
});

test('the next minute has a budget again', async () => {
  await useUp();
  moveClock(59);
  expect(await admin.rest('POST', '/create')).toMatchObject({ status: 429 });
  moveClock(60);
  expect(await admin.rest('POST', '/create')).toMatchObject({ status: 200 });
});

test('another tenant is not affected', async () => {
  await useUp();
  expect(statusOf(await (await somebody(gateway)).rest('POST', '/create'))).toBe(200);
});

test('another administrator of the tenant shares the budget', async () => {
  await useUp();
  const other = await somebody(gateway, admin.tenant, 'super_admin');
  expect(statusOf(await other.rest('POST', '/create'))).toBe(429);
});

test.each([
  ['setTenantSecretMaxAge', 'days'],
  ['setTenantMaxTokenLifetime', 'seconds'],
])('%s takes from the budget, too', async (name, field) => {
  for (const value of [61, 62, 63])
    await admin.run(`mutation { ${name}(input: { ${field}: ${value} }) { tenant { id } } }`);
  expect(statusOf(await admin.rest('POST', '/create'))).toBe(429);
});

test('reading is not affected', async () => {
  await useUp();
  expect(statusOf(await admin.rest('GET', ''))).toBe(200);
});

test('over GraphQL, the fields that fit are done, and the others have the error', async () => {
  const create = (alias: string) => `${alias}: createServiceAccount { clientSecret }`;
  const { status, body } = await admin.graphql(`mutation { ${[...'abcd'].map(create).join(' ')} }`);
  expect([status, Object.values(body.data).map(Boolean)]).toEqual([200, [true, true, true, false]]);
  const { message, path, extensions } = body.errors[0];
  expect({ message, path, ...extensions }).toMatchObject({ path: ['d'], ...usedUp(60) });
  expect(await countsOf()).toEqual({ count: 3, accounts: 3, events: 3 });
});

test('a bulk request counts each account that it changes, and changes all or none', async () => {
  const ids = [(await admin.create()).id, (await admin.create()).id];
  const { id } = await admin.create();
  moveClock(60);
  await admin.rest('POST', '/bulk/disable', { ids });
  await admin.rest('PATCH', `/${id}`, { owner: '1' });
  await admin.rest('PATCH', `/${id}`, { owner: '2' });
  const enabled = await admin.rest('POST', '/bulk/enable', { ids });
  expect([enabled.status, enabled.body.code]).toEqual([429, 'RATE_LIMITED']);
  const disabled = `select from service_account where tenant_id = $1 and status = 'disabled'`;
  expect(await gateway.sql(disabled, [admin.tenant])).toHaveLength(2);
  moveClock(120);
  expect(statusOf(await admin.rest('POST', '/bulk/enable', { ids }))).toBe(200);
  // Nothing is left to change, so nothing is counted.
  expect(statusOf(await admin.rest('POST', '/bulk/enable', { ids }))).toBe(200);
  expect(statusOf(await admin.rest('PATCH', `/${id}`, { owner: '3' }))).toBe(200);
  expect(statusOf(await admin.rest('PATCH', `/${id}`, { owner: '4' }))).toBe(429);
});

test.each<[string, string, string, object | undefined]>([
  ['an update', 'PATCH', '', { owner: 'Ops' }],
  ['permissions', 'PUT', '/permissions', { permissions: [] }],
  ['a rotation', 'POST', '/rotate-secret', undefined],
  ['a new secret', 'POST', '/secret', undefined],
])('%s beyond the budget leaves the account as it is', async (_what, method, path, body) => {
  const { id } = await admin.create();
  const stored = `select to_jsonb(account) as account, array(
      select to_jsonb(secret) from service_account_secret secret where service_account_id = account.id
    ) as secrets from service_account account where tenant_id = $1`;
  // The third change fits, and the fourth does not.
  for (const owner of ['1', '2']) await admin.rest('PATCH', `/${id}`, { owner });
  const before = await gateway.sql(stored, [admin.tenant]);
  const answer = await admin.rest(method, `/${id}${path}`, body);
  expect([answer.status, answer.body.code]).toEqual([429, 'RATE_LIMITED']);
  expect(await gateway.sql(stored, [admin.tenant])).toEqual(before);
});

test('where the budget is used up, the database is not asked', async () => {
  const { id } = await admin.create();
  await useUp();
  statements.count = 0;
  for (const [method, path] of [
    ['POST', '/create'],
    ['PATCH', `/${id}`],
    ['POST', `/${id}/secret`],
    ['POST', '/bulk/enable'],
  ])
    expect(statusOf(await admin.rest(method ?? '', path ?? '', method === 'PATCH' ? {} : undefined))).toBe(
      429,
    );
  expect(statements.count).toBe(0);
});

test('a request that the budget refused can be retried with its idempotency key', async () => {
  await useUp();
  const key = { 'idempotency-key': randomUUID() };
  expect(statusOf(await admin.rest('POST', '/create', undefined, key))).toBe(429);
  moveClock(60);
  const created = await admin.rest('POST', '/create', undefined, key);
  expect([created.status, created.headers.get('idempotency-replayed')]).toEqual([200, null]);
});

test('a replay is recorded and counts, and is refused like a change', async () => {
  const key = { 'idempotency-key': randomUUID() };
  const created = await admin.rest('POST', '/create', undefined, key);
  await useUp();
  expect(statusOf(await admin.rest('POST', '/create', undefined, key))).toBe(429);
  moveClock(60);
  const replayed = await admin.rest('POST', '/create', undefined, key);
  expect(replayed.body.data).toEqual(created.body.data);
  // The attempt to create and the replay count.
  expect(statusOf(await admin.rest('POST', '/create'))).toBe(200);
  expect(statusOf(await admin.rest('POST', '/create'))).toBe(429);
});

test('the metrics count the decisions', async () => {
  const decisions = async () => {
    const { body } = await gateway.request('/metrics', {
      headers: { authorization: 'Bearer a-token-for-metrics' },
    });
    return ['passed', 'refused'].map((outcome) =>
      Number(
        new RegExp(`decisions_total\\{policy="tenant_changes",outcome="${outcome}"\\} (\\d+)`).exec(
          body,
        )?.[1] ?? 0,
      ),
    );
  };
  const [passed = 0, refused = 0] = await decisions();
  await useUp();
  await admin.rest('POST', '/create');
  expect(await decisions()).toEqual([passed + 3, refused + 2]);
});
