import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { endMinute, entriesPerMinute } from '../../harness/per-minute.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Makes a new caller for a test, because denials of one caller are recorded at most once a minute. */
async function somebody(roles: string[], tenants: string[], target = tenants[0]) {
  const sub = randomUUID();
  const token = await gateway.issuer.sign({ sub, name: 'Eve', email: 'eve@example.com', roles, tenants });
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  return { sub, headers: target ? { ...headers, 'x-tenantid': target } : headers };
}

const eventsOf = (sub: string) =>
  gateway.sql(
    'select tenant_id, action, target, outcome, after from audit_event where caller_id = $1 order by id',
    [sub],
  );

test('a denied attempt has an event with who and what', async () => {
  const tenant = await gateway.createTenant();
  const { sub, headers } = await somebody(['tenant_viewer'], [tenant]);
  await gateway.create({ ...headers, 'x-request-id': 'knock', 'user-agent': 'a test' });
  const events = await gateway.sql('select * from audit_event where caller_id = $1', [sub]);
  expect(events).toEqual([
    {
      occurred_at: expect.any(Date),
      id: expect.any(String),
      tenant_id: tenant,
      caller_realm: 'acme',
      caller_id: sub,
      caller_name: 'Eve',
      caller_email: 'eve@example.com',
      action: 'service_account.create',
      target: tenant,
      outcome: 'denied',
      request_id: 'knock',
      ip: '127.0.0.1',
      user_agent: 'a test',
      before: null,
      after: null,
    },
  ]);
});

test('ten denials of a caller within a calendar minute, over both transports, are one event', async () => {
  const { sub, headers } = await somebody(['tenant_viewer'], [await gateway.createTenant()]);
  for (let knock = 0; knock < 4; knock++) await gateway.create(headers);
  await Promise.all(Array.from({ length: 3 }, () => gateway.create(headers, { owner: 5 })));
  const mutation = 'mutation { createServiceAccount { clientSecret } }';
  await Promise.all(Array.from({ length: 3 }, () => gateway.graphql(headers, mutation)));
  expect(new Set(await entriesPerMinute(gateway, [sub]))).toEqual(new Set([1]));
});

test('another caller and another action have their own events', async () => {
  const tenant = await gateway.createTenant();
  const [one, two] = [await somebody([], [tenant]), await somebody([], [tenant])];
  for (const { headers } of [one, two]) {
    await gateway.create(headers);
    await gateway.graphql(headers, '{ tenant { id } permissions { nodes { name } } }');
  }
  for (const { sub } of [one, two]) {
    const actions = (await eventsOf(sub)).map(({ action }) => action).sort();
    expect(actions).toEqual(['permission.read', 'service_account.create', 'tenant.read']);
  }
});

test('a reach for a foreign tenant is filed under the own one, and the foreign one is the target', async () => {
  const [own, foreign] = [await gateway.createTenant(), await gateway.createTenant()];
  const { sub, headers } = await somebody(['tenant_admin'], [own], foreign);
  await gateway.create(headers);
  expect(await eventsOf(sub)).toEqual([
    { tenant_id: own, action: 'service_account.create', target: foreign, outcome: 'denied', after: null },
  ]);
  expect(await gateway.sql('select from audit_event where tenant_id = $1', [foreign])).toEqual([]);
});

test('it is filed under the one of several own tenants that it was about', async () => {
  const [first, second] = [await gateway.createTenant(), await gateway.createTenant()];
  const { sub, headers } = await somebody(['tenant_viewer'], [first, second], second);
  await gateway.create(headers);
  await gateway.create({ ...headers, 'x-tenantid': first });
  expect((await eventsOf(sub)).map(({ tenant_id }) => tenant_id)).toEqual([second, first]);
});

test.each([
  ['disableServiceAccount', 'id', `sa-${randomUUID()}`],
  ['suspendTenant', 'id', randomUUID()],
  ['deletePermission', 'name', 'keys:sign'],
])('%s tells what it was about', async (field, key, target) => {
  const tenant = await gateway.createTenant();
  const { sub, headers } = await somebody(['tenant_viewer'], [tenant]);
  const about = `mutation { ${field}(input: { ${key}: "${target}" }) { __typename } }`;
  await gateway.graphql(headers, about);
  expect(await eventsOf(sub)).toMatchObject([{ tenant_id: tenant, target }]);
});

test('over REST, too', async () => {
  const tenant = await gateway.createTenant();
  const { sub, headers } = await somebody(['tenant_viewer'], [tenant]);
  const target = `sa-${randomUUID()}`;
  await gateway.request(`/api/v1/admin/service-account/${target}`, { method: 'DELETE', headers });
  expect(await eventsOf(sub)).toMatchObject([{ tenant_id: tenant, target }]);
});

test('what nothing could be called is not the target', async () => {
  const tenant = await gateway.createTenant();
  const { sub, headers } = await somebody(['tenant_viewer'], [tenant]);
  const document = 'mutation ($id: ID!) { disableServiceAccount(input: { id: $id }) { __typename } }';
  await gateway.graphql(headers, document, { id: 'a story\nof two lines' });
  expect(await eventsOf(sub)).toMatchObject([{ tenant_id: tenant, target: tenant }]);
});

test('who has no tenant is filed under none', async () => {
  const foreign = await gateway.createTenant();
  const { sub, headers } = await somebody(['tenant_admin'], [], foreign);
  await gateway.create(headers);
  expect(await eventsOf(sub)).toMatchObject([{ tenant_id: null, target: foreign }]);
  await gateway.create(headers);
  expect(new Set(await entriesPerMinute(gateway, [sub]))).toEqual(new Set([1]));
});

test('a grant of a restricted permission is a denied attempt, too', async () => {
  await gateway.sql(`insert into permission (name, description, restricted) values ('a:b', 'x', true)`);
  const tenant = await gateway.createTenant();
  const { sub, headers } = await somebody(['tenant_admin'], [tenant]);
  await gateway.create(headers, { permissions: ['a:b'] });
  expect(await eventsOf(sub)).toMatchObject([{ tenant_id: tenant, outcome: 'denied' }]);
});

test('so it is among others that are granted', async () => {
  const tenant = await gateway.createTenant();
  const { sub, headers } = await somebody(['tenant_admin'], [tenant]);
  const { id } = (await gateway.create(headers)).body.data;
  await gateway.sql(`insert into permission (name, description, restricted) values ('c:d', 'x', true)`);
  const { body } = await gateway.request('/api/v1/admin/service-account/bulk/permissions', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ ids: [id], permissions: ['c:d'] }),
  });
  expect(body.data[0].error.code).toBe('FORBIDDEN');
  const [, denied] = await eventsOf(sub);
  expect(denied).toMatchObject({
    tenant_id: tenant,
    action: 'service_account.set_permissions',
    target: id,
    outcome: 'denied',
  });
});

test('a minute is a minute for all gateways on a database, and then there is a new event', async () => {
  const { sub, headers } = await somebody(['tenant_viewer'], [await gateway.createTenant()]);
  await gateway.create(headers);
  await onAnotherGateway(({ create }) => create(headers));
  expect(new Set(await entriesPerMinute(gateway, [sub]))).toEqual(new Set([1]));

  const before = await eventsOf(sub);
  await endMinute(gateway);
  await onAnotherGateway(({ create }) => create(headers));
  expect(await eventsOf(sub)).toHaveLength(before.length + 1);
});

/** Runs a function with a newly started gateway on the same database. */
async function onAnotherGateway(run: (another: Gateway) => Promise<unknown>): Promise<void> {
  const { DATABASE_URL, REALMS_FILE, KEY_ENCRYPTION_KEYS } = gateway.env;
  const another = await startGateway({ DATABASE_URL, REALMS_FILE, KEY_ENCRYPTION_KEYS });
  await run(another).finally(another.close);
}

test('neither anonymous attempts nor ones that fail otherwise are denials', async () => {
  const tenant = await gateway.createTenant({ limit: 0 });
  const { sub, headers } = await somebody(['tenant_admin'], [tenant]);
  await gateway.create({ 'x-tenantid': tenant });
  await gateway.create({ authorization: headers.authorization ?? '' });
  await gateway.create(headers, { name: '' });
  await gateway.create(headers);
  expect(await eventsOf(sub)).toEqual([]);
  expect(await gateway.sql('select from audit_event where tenant_id = $1', [tenant])).toEqual([]);
});
