import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { holdIntervals, restoreClock } from '../../harness/clock.js';
import { type Answer, createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { holdTenants } from '../../harness/hold-tenants.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';

let proxy: DatabaseProxy;
let gateway: Gateway;
let tenant: string;
let admin: Record<string, string>;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url);
    return proxy.url;
  };
  // The gateway reads its signing keys every ten seconds. Such a read during a test would occupy another connection,
  // which the gateway rightly keeps when the answer still comes in time.
  holdIntervals();
  gateway = await startGateway({}, { by });
  tenant = await gateway.createTenant();
  admin = await gateway.as('tenant_admin', tenant);
});
afterEach(() => proxy.pass());
afterAll(async () => {
  restoreClock();
  await gateway.close();
  await proxy.close();
});

const create = () => gateway.create(admin);
const createTenant = async () =>
  gateway.graphql(
    await gateway.as('super_admin', tenant),
    'mutation { createTenant(input: { name: "New" }) { tenant { id } } }',
  );
const readyz = () => gateway.request('/readyz');

/** Fills the pool with idle connections. It needs ten tenants, since a caller and a tenant may use only three each. */
async function fillPool() {
  const tenants = await Promise.all(Array.from({ length: 10 }, () => gateway.createTenant()));
  const admins = await Promise.all(tenants.map((id) => gateway.as('tenant_admin', id)));
  await Promise.all(admins.map((headers) => gateway.create(headers)));
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const began = Date.now();
  return [await run(), Date.now() - began];
}

/** Waits until something holds again, and fails after 5 seconds: the gateway has to use its database by that time. */
async function within5s(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('not within 5 seconds');
    await setTimeout(50);
  }
}

function expectUnavailable({ status, headers, body }: Answer) {
  expect(body).toMatchObject({ success: false, code: 'SERVICE_UNAVAILABLE', error: 'Service unavailable' });
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toMatch(/^\d$/);
}

function expectUnavailableGraphql({ status, headers, body }: Answer) {
  expect(body).toEqual({
    errors: [
      expect.objectContaining({ extensions: { code: 'SERVICE_UNAVAILABLE', requestId: expect.any(String) } }),
    ],
  });
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toMatch(/^\d$/);
}

test('while the database takes no connections both transports answer 503 immediately, and it is used again when back', async () => {
  await fillPool();
  await proxy.refuse();
  proxy.cut();
  expectUnavailable(await create());
  expectUnavailableGraphql(await createTenant());
  expect(await readyz()).toMatchObject({ status: 503, body: { status: 'not ready' } });
  await proxy.pass();
  expect((await create()).status).toBe(200);
  expect((await createTenant()).body.data.createTenant.tenant.id).toMatch(/-/);
  await within5s(async () => (await readyz()).status === 200);
});

test('while the database takes no connections a super_admin whose token names tenants can read its roles', async () => {
  await proxy.refuse();
  proxy.cut();
  const headers = await gateway.as('super_admin', randomUUID());
  expect((await gateway.graphql(headers, '{ viewer { roles everyTenant } }')).body).toEqual({
    data: { viewer: { roles: ['SUPER_ADMIN'], everyTenant: true } },
  });
});

test('while the database hangs a caller gets a response within 5 seconds, and /readyz within 2', async () => {
  await fillPool();
  proxy.hang();
  await setTimeout(1000); // The gateway uses the result of its last check for a second.
  const [[created, first], [tenantCreated, second], [ready, third]] = await Promise.all([
    timed(create),
    timed(createTenant),
    timed(readyz),
  ]);
  expectUnavailable(created);
  expectUnavailableGraphql(tenantCreated);
  expect(ready.status).toBe(503);
  expect(Math.max(first, second)).toBeLessThan(5000);
  expect(third).toBeLessThan(2000);
  await proxy.pass();
  await within5s(async () => (await create()).status === 200 && (await readyz()).status === 200);
});

test('while the database hangs many callers of one tenant get responses within 5 seconds, with a key or without', async () => {
  await fillPool();
  proxy.hang();
  const keyed = () => gateway.create({ ...admin, 'idempotency-key': randomUUID() });
  const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => timed(n % 2 ? keyed : create)));
  for (const [answer, time] of answers) {
    expectUnavailable(answer);
    expect(time).toBeLessThan(5000);
  }
  await proxy.pass();
});

test('a connection that did not answer is never used again, and neither are its idle neighbors', async () => {
  await fillPool();
  const before = await backends();
  proxy.hang();
  await create();
  await proxy.pass();
  expect((await create()).status).toBe(200);
  await within5s(async () => (await backends()).every((pid) => !before.includes(pid)));
});

test('connections that are lost in the middle of transactions are made up for', async () => {
  // The ORM's transaction has begun when the insert is cut. It is cut more often than the pool has connections.
  for (let n = 0; n < 12; n++) {
    proxy.cut(/insert into "tenant"/);
    expectUnavailableGraphql(await createTenant());
  }
  for (let n = 0; n < 12; n++) {
    proxy.cut(/begin/);
    expectUnavailableGraphql(await createTenant());
  }
  await proxy.pass();
  expect((await createTenant()).status).toBe(200);
  expect((await create()).status).toBe(200);
});

test('a pool that is busy refuses who waits too long, and what it does is ended by PostgreSQL', async () => {
  const tenants = await Promise.all(Array.from({ length: 10 }, () => gateway.createTenant()));
  const admins = await Promise.all(tenants.map((id) => gateway.as('tenant_admin', id)));
  const letGo = await holdTenants(gateway, tenants);
  try {
    const began = Date.now();
    const answers = await Promise.all(
      [...admins, ...admins, ...admins].map((headers) => gateway.create(headers)),
    );
    for (const answer of answers) expectUnavailable(answer);
    expect(Date.now() - began).toBeLessThan(6000);
  } finally {
    await letGo();
  }
  expect((await create()).status).toBe(200);
});

test('an outage is a line when it begins and one when it ends, and a line for each request, without stacks', async () => {
  const about = (message: string) =>
    gateway.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message);
  const isOver = async () => {
    await create();
    return about('Database is reachable again').length > 0;
  };
  // After a second the gateway is done with the connections that earlier tests have broken.
  await setTimeout(1000);
  await fillPool();
  gateway.log.length = 0;
  await proxy.refuse();
  proxy.cut();
  for (let n = 0; n < 3; n++) await create();
  await proxy.pass();
  await within5s(isOver);
  expect(about('Connection to the database failed')).toHaveLength(1);
  expect(about('Database is reachable again')).toHaveLength(1);
  expect(about('Request failed because the database is unavailable')).toHaveLength(3);
  expect(about('Request failed because the database is unavailable')[1]).toMatchObject({
    reason: 'ECONNREFUSED',
  });
  expect(gateway.log.join('')).not.toMatch(/postgres:\/\/|postgresql:\/\/|\\n\s+at /);
});

async function backends(): Promise<number[]> {
  const rows = await gateway.sql<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return rows.map(({ pid }) => pid);
}

test('a caller without permission is rejected by the rules, database or not', async () => {
  await proxy.refuse();
  proxy.cut();
  const headers = await gateway.as('tenant_viewer', tenant);
  expect((await gateway.request(createPath, { method: 'POST', headers })).status).toBe(403);
});
