import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { holdIntervals, moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { holdTenants } from '../../harness/hold-tenants.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';
import { openRaw } from '../../harness/raw.js';
import { untilAvailable } from '../../harness/until-available.js';
import { scraperOf, token } from './scraper.js';

let proxy: DatabaseProxy;
let gateway: Gateway;
let scraper: ReturnType<typeof scraperOf>;
let tenant: string;
let admin: Record<string, string>;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url);
    return proxy.url;
  };
  const limits = {
    RATE_LIMIT_CALLER: '200',
    RATE_LIMIT_ADDRESS: '3',
    RATE_LIMIT_OAUTH_ADDRESS: '100',
    RATE_LIMIT_CLIENT: '100',
    RATE_LIMIT_CLIENT_REVOCATIONS: '1',
    RATE_LIMIT_WRONG_SECRETS: '2',
  };
  // The gateway reads its signing keys every ten seconds. Such a read would wait for a connection, too.
  holdIntervals();
  gateway = await startGateway({ METRICS_TOKEN: token, TRUST_PROXY: '1', ...limits }, { by });
  scraper = scraperOf(gateway);
  tenant = await gateway.createTenant();
  admin = await gateway.as('tenant_admin', tenant);
});
afterEach(async () => {
  restoreClock();
  await proxy.pass();
});
afterAll(async () => {
  await gateway.close();
  await proxy.close();
});

let host = 0;
/** Returns a header with a new address for each request, because each address has a limit. */
const somewhere = () => ({ 'x-forwarded-for': `192.0.2.${++host}` });
const create = () => gateway.create({ ...admin, ...somewhere() });

const decision = (policy: string, outcome: string) =>
  `gateway_rate_limit_decisions_total{policy="${policy}",outcome="${outcome}"}`;

test('requests within a limit and above it are told apart, by policy', async () => {
  const from = somewhere();
  const grown = await scraper.grown('gateway_rate_limit_decisions_total', async () => {
    for (let n = 0; n < 5; n++) await gateway.create({ ...admin, ...from });
  });
  expect(grown).toEqual({
    [decision('address', 'passed')]: 3,
    [decision('address', 'refused')]: 2,
    [decision('caller', 'passed')]: 3,
  });
});

async function ask(clientId: string, secret: string, more = {}, endpoint = 'token') {
  const credentials = Buffer.from(`${clientId}:${secret}`).toString('base64');
  return gateway.request(`/oauth2/${endpoint}`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, ...somewhere() },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...more }),
  });
}

test('issued tokens count, and rejected requests count by their reason', async () => {
  const { clientId, clientSecret, id } = (await create()).body.data;
  const grown = await scraper.grown('gateway_tokens_', async () => {
    for (let n = 0; n < 3; n++) expect((await ask(clientId, clientSecret)).status).toBe(200);
    expect((await ask(clientId, `${clientSecret}x`)).status).toBe(401);
    expect((await ask(clientId, clientSecret, { scope: 'no:such' })).status).toBe(400);
    expect((await ask(clientId, clientSecret, { grant_type: 'password' })).status).toBe(400);
    await gateway.sql(`update service_account set status = 'disabled' where id = $1`, [id.slice(3)]);
    expect((await ask(clientId, clientSecret)).status).toBe(401);
  });
  expect(grown).toEqual({
    gateway_tokens_issued_total: 3,
    'gateway_tokens_refused_total{reason="wrong_secret"}': 1,
    'gateway_tokens_refused_total{reason="invalid_scope"}': 1,
    'gateway_tokens_refused_total{reason="unsupported_grant_type"}': 1,
    'gateway_tokens_refused_total{reason="account_disabled"}': 1,
  });
});

test('wrong secrets count under their limit, once a request', async () => {
  const { clientId, clientSecret } = (await create()).body.data;
  const grown = await scraper.grown('gateway_rate_limit_decisions_total{policy="wrong', async () => {
    for (let n = 0; n < 3; n++) await ask(clientId, `${clientSecret}x`);
    await ask(clientId, clientSecret);
  });
  expect(grown).toEqual({
    [decision('wrong_secrets', 'passed')]: 2,
    [decision('wrong_secrets', 'refused')]: 1,
  });
});

test('requests of machines count under their limits', async () => {
  const { clientId, clientSecret } = (await create()).body.data;
  const grown = await scraper.grown('gateway_rate_limit_decisions_total', async () => {
    for (let n = 0; n < 2; n++) await ask(clientId, clientSecret, { token: 'x' }, 'revoke');
  });
  expect(grown).toEqual({
    [decision('oauth_address', 'passed')]: 2,
    [decision('client', 'passed')]: 2,
    [decision('client_revocations', 'passed')]: 1,
    [decision('client_revocations', 'refused')]: 1,
  });
});

test('pages for browsers count under theirs', async () => {
  const grown = await scraper.grown('gateway_rate_limit_decisions_total', () =>
    gateway.request('/docs', { headers: somewhere() }),
  );
  expect(grown).toEqual({ [decision('page', 'passed')]: 1 });
});

test('the pool reports busy connections, waiting requests, and its size', async () => {
  await scraper.scrape(); // The gateway counts the tenants now, and not later while their rows are locked.
  const tenants = await Promise.all(Array.from({ length: 12 }, () => gateway.createTenant()));
  const release = await holdTenants(gateway, tenants);
  // Each request has its own caller, because one caller may not occupy all connections.
  const calls = tenants.map(async (id) => {
    const claims = { sub: id, roles: ['tenant_admin'], tenants: [id] };
    const authorization = `Bearer ${await gateway.issuer.sign(claims)}`;
    return untilAvailable(() => gateway.create({ authorization, 'x-tenantid': id, ...somewhere() }));
  });
  const states = async () => {
    const samples = await scraper.scrape();
    const names = ['connections{state="busy"}', 'connections{state="idle"}', 'waiting'];
    return names.map((name) => samples.get(`gateway_pool_${name}`));
  };
  let held = await states();
  while (held[2] !== 2) held = await states();
  expect(held).toEqual([10, 0, 2]);
  expect((await scraper.scrape()).get('gateway_pool_connections_max')).toBe(10);
  await release();
  for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
  const [busy = 0, idle = 0, waiting] = await states();
  expect([busy + idle, waiting]).toEqual([10, 0]);
});

test('connections of clients are counted, beside how many there may be', async () => {
  const connections = async () => (await scraper.scrape()).get('gateway_connections') ?? Number.NaN;
  const before = await connections();
  const opened = await Promise.all(Array.from({ length: 20 }, () => openRaw(gateway.url)));
  while ((await connections()) < 20) await new Promise(setImmediate);
  for (const { socket } of opened) socket.destroy();
  await Promise.all(opened.map(({ socket }) => socket.closed || once(socket, 'close')));
  while ((await connections()) > before) await new Promise(setImmediate);
  expect((await scraper.scrape()).get('gateway_connections_max')).toBe(10_000);
});

const atLimit = async () => {
  const samples = await scraper.scrape();
  return ['80', '100'].map((share) => samples.get(`gateway_tenants_at_limit{share="${share}"}`));
};

test('tenants are counted by how much of their limit they have used, at most once a minute', async () => {
  moveClock(61);
  const [near = 0, full = 0] = await atLimit();
  const add = (limit: number, count: number, status = 'active') =>
    gateway.sql(
      `insert into tenant (id, name, service_account_limit, service_account_count, status)
       values (gen_random_uuid(), 'Tenant', $1, $2, $3)`,
      [limit, count, status],
    );
  await add(10, 7);
  await add(10, 8);
  await add(10, 10);
  await add(10, 12);
  await add(10, 10, 'suspended');
  await add(0, 0);
  expect(await atLimit()).toEqual([near, full]);
  moveClock(122);
  expect(await atLimit()).toEqual([near + 3, full + 2]);
});

test('while the database is unavailable the rest is reported, and nothing of tenants', async () => {
  moveClock(183);
  expect(await atLimit()).toEqual([expect.any(Number), expect.any(Number)]);
  await proxy.refuse();
  proxy.cut();
  moveClock(244);
  expect(await atLimit()).toEqual([undefined, undefined]);
  expect((await scraper.scrape()).get('gateway_pool_connections_max')).toBe(10);
  expect(gateway.log.filter((line) => line.includes('could not be counted'))).toEqual([]);
});

test('a database that hangs holds up a scrape for a second, and the next ones not at all', async () => {
  // This request leaves a connection in the pool, which hangs later.
  expect((await create()).status).toBe(200);
  moveClock(305);
  proxy.hang();
  const begin = performance.now();
  await atLimit();
  // The statement itself times out only after three seconds.
  expect(performance.now() - begin).toBeLessThan(2_500);
  for (let n = 0; n < 20; n++) await atLimit();
  expect(performance.now() - begin).toBeLessThan(10_000);
});
