import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { untilLocked } from '../../harness/until-locked.js';
import { type SuperAdmin, superAdmin, trailOf } from './super-admin.js';

let gateway: Gateway;
let operator: SuperAdmin;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await superAdmin(gateway);
});
afterAll(() => gateway.close());

/** The tests' own connections, which hold external IDs while the gateway works. */
const connections: pg.Client[] = [];
afterEach(() => Promise.all(connections.splice(0).map((client) => client.end())));

/** Runs a statement in a transaction that stays open. @returns a function that ends it with `commit` or `rollback` */
async function hold(statement: string, values: unknown[]) {
  const client = new pg.Client({ connectionString: gateway.databaseUrl });
  connections.push(client);
  await client.connect();
  await client.query('begin');
  await client.query(statement, values);
  return (end: 'commit' | 'rollback') => client.query(end);
}

const add = (tenant: string, id: string) =>
  hold(`insert into tenant_external_id (realm, external_id, tenant_id) values ('acme', $2, $1)`, [
    tenant,
    id,
  ]);

const list = (...ids: string[]) => ids.map((id) => ({ realm: 'acme', id }));
const create = (...ids: string[]) => operator.rest('POST', '', { name: 'Acme', externalIds: list(...ids) });
const update = (tenant: string, ...ids: string[]) =>
  operator.rest('PATCH', `/${tenant}`, { externalIds: list(...ids) });
const newTenant = async (...ids: string[]): Promise<string> => (await create(...ids)).body.data.id;
const read = async (tenant: string) => (await operator.rest('GET', `/${tenant}`)).body.data.externalIds;
const codes = (answers: { body: { code?: string } }[]) => answers.map(({ body }) => body.code ?? 'OK').sort();

test('of many tenants that are created at the same time with the same external ID, one is', async () => {
  const before = (await gateway.sql('select from tenant')).length;
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => create(`own-${round}-${n}`, `shared-${round}`)),
    );
    expect(codes(answers)).toEqual([...Array(7).fill('CONFLICT'), 'OK']);
    for (const { body } of answers) {
      if (!body.success) expect(body.details).toEqual({ field: 'externalIds.1.id' });
    }
  }
  expect(await gateway.sql('select from tenant')).toHaveLength(before + 10);
  expect(await gateway.sql(`select from tenant_external_id where external_id like 'own-%'`)).toHaveLength(10);
  expect(await gateway.sql(`select from audit_event where action = 'tenant.create'`)).toHaveLength(10);
});

test('an external ID that a transaction is adding is a conflict if that succeeds', async () => {
  const other = await gateway.createTenant();
  const tenant = await newTenant('first');
  const end = await add(other, 'coveted');
  const waiting = [update(tenant, 'second', 'coveted'), create('third', 'coveted')];
  await untilLocked(gateway, 2);
  await end('commit');
  expect(codes(await Promise.all(waiting))).toEqual(['CONFLICT', 'CONFLICT']);
  expect(await read(tenant)).toEqual(list('first'));
  expect(await trailOf(gateway, tenant)).toHaveLength(1);
});

test('an external ID that a transaction is adding is free if that fails', async () => {
  const tenant = await newTenant();
  const end = await add(await gateway.createTenant(), 'given up');
  const waiting = update(tenant, 'given up');
  await untilLocked(gateway);
  await end('rollback');
  expect((await waiting).body.data.externalIds).toEqual(list('given up'));
});

test('an external ID of a tenant that is being deleted is free after the deletion', async () => {
  const tenant = await newTenant();
  const end = await hold('delete from tenant where id = $1', [await newTenant('inherited')]);
  const waiting = update(tenant, 'inherited');
  await untilLocked(gateway);
  await end('commit');
  expect((await waiting).body.data.externalIds).toEqual(list('inherited'));
});

test('two tenants that want external IDs in opposite orders do not wait for each other in a circle', async () => {
  const nobody = await gateway.createTenant();
  const tenants = [await newTenant(), await newTenant()] as const;
  const ends = [await add(nobody, 'order-m'), await add(nobody, 'order-n')];
  // Each tenant would add its first external ID, wait for the second, and then want the first of the other tenant.
  const waiting = [
    update(tenants[0], 'order-a', 'order-m', 'order-z'),
    update(tenants[1], 'order-z', 'order-n', 'order-a'),
  ];
  await untilLocked(gateway, 2);
  for (const end of ends) await end('rollback');
  expect(codes(await Promise.all(waiting))).toEqual(['CONFLICT', 'OK']);
});

test('two tenants that want to swap their external IDs keep them', async () => {
  const tenants = [await newTenant('swap-a'), await newTenant('swap-b')] as const;
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all([update(tenants[0], 'swap-b'), update(tenants[1], 'swap-a')]);
    expect(codes(answers)).toEqual(['CONFLICT', 'CONFLICT']);
  }
  expect(await Promise.all(tenants.map(read))).toEqual([list('swap-a'), list('swap-b')]);
});

test('of changes to one tenant at the same time the audit log tells in order', async () => {
  const tenant = await newTenant('step-0');
  await Promise.all(Array.from({ length: 8 }, (_, n) => update(tenant, `step-${n + 1}`)));
  const events = await gateway.sql<{ before: unknown; after: unknown }>(
    `select before -> 'externalIds' -> 0 ->> 'id' as before, after -> 'externalIds' -> 0 ->> 'id' as after
     from audit_event where tenant_id = $1 and action = 'tenant.update'`,
    [tenant],
  );
  expect(events).toHaveLength(8);
  const next = new Map(events.map(({ before, after }) => [before, after]));
  let at: unknown = 'step-0';
  for (let n = 0; n < 8; n++) at = next.get(at);
  expect(await read(tenant)).toEqual(list(String(at)));
});
