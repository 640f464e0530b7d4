import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { entities } from '../../../src/features/entities.js';
import { startDatabaseServer } from '../../../src/platform/database/database-server.js';
import { migrations } from '../../../src/platform/database/migrations/migrations.js';
import { openDatabase } from '../../../src/platform/database/open-database.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import { createDatabase, sql } from '../../harness/database.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

const tenant = randomUUID();
let database: Awaited<ReturnType<typeof createDatabase>>;
let gateway: Gateway;
let admin: Somebody;

/** The accounts of the previous version, oldest first. Three share a key, and two share another. */
const names = ['build-x', 'BUILD-x', 'Build-X', '\ufb01x', 'fix', 'alone'];
const ids = Object.fromEntries(names.map((name) => [name, randomUUID()]));
const account = (name: string) => `sa-${ids[name]}`;

const columns =
  'id, tenant_id, name, client_id, permissions, created_at, created_by_realm, created_by_id, updated_at, status';

/** The age of the next account. Times in the database have milliseconds, so two could be the same. */
let second = 0;
/** Stores an account as the previous version does, which knows nothing of keys. */
const insertAsBefore = (name: string, id: string, status = 'active') =>
  sql(
    database.url,
    `insert into service_account (${columns}) values ($1, $2, $3, $4, '{}', timestamptz '2026-01-01' + make_interval(secs => $6), 'acme', 'ada', now(), $5)`,
    [id, tenant, name, `sa_client_${id.replaceAll('-', '').slice(-12)}`, status, second++],
  );

beforeAll(async () => {
  database = await createDatabase('template0');
  const before = migrations.slice(
    0,
    migrations.findIndex(({ name }) => name === '20261130-name-key'),
  );
  const silent = pino({ level: 'silent' });
  const server = await startDatabaseServer({ databaseUrl: database.url, dataDir: '' }, silent);
  await (await openDatabase(entities, server, silent, before)).close();
  await sql(
    database.url,
    `insert into tenant (id, name, service_account_limit, service_account_count) values ($1, 'Old', 100, $2)`,
    [tenant, names.length],
  );
  for (const name of names) await insertAsBefore(name, ids[name] ?? '');
  await insertAsBefore('deleted', randomUUID(), 'deleted');
  gateway = await startGateway({}, { by: async () => database.url });
  admin = await somebody(gateway, tenant);
});
afterAll(async () => {
  await gateway.close();
  await database.drop();
});

const taken = { status: 409, body: { code: 'CONFLICT', details: { field: 'name' } } };

test('the upgrade keeps all names as they are', async () => {
  const { body } = await admin.rest('GET', '');
  expect(body.data.map(({ name }: { name: string }) => name).sort()).toEqual([...names].sort());
});

test('the start logs each account that collides with an older one, once', () => {
  const lines = gateway.log.map((line) => JSON.parse(line)).filter(({ collisions }) => collisions);
  expect(lines).toEqual([
    expect.objectContaining({
      level: 40,
      count: 3,
      collisions: expect.arrayContaining([
        {
          tenant,
          account: account('BUILD-x'),
          name: 'BUILD-x',
          other: 'build-x',
          otherAccount: account('build-x'),
        },
        {
          tenant,
          account: account('Build-X'),
          name: 'Build-X',
          other: 'build-x',
          otherAccount: account('build-x'),
        },
        { tenant, account: account('fix'), name: 'fix', other: '\ufb01x', otherAccount: account('\ufb01x') },
      ]),
    }),
  ]);
});

test('an account that collides changes like any other', async () => {
  const { status, body } = await admin.rest('PATCH', `/${account('Build-X')}`, {
    name: 'Build-X',
    description: 'Builds',
  });
  expect([status, body.data.description]).toEqual([200, 'Builds']);
  expect((await admin.rest('POST', `/${account('Build-X')}/disable`)).status).toBe(200);
  expect((await admin.rest('POST', `/${account('Build-X')}/enable`)).status).toBe(200);
});

test('no further account gets the name, in no spelling', async () => {
  for (const name of ['build-x', 'BUILD-x', 'Build-x', '\ufb01X'])
    expect(await gateway.create(admin.headers, { name })).toMatchObject(taken);
});

test('an account that collides does not change to a further spelling', async () => {
  expect(await admin.rest('PATCH', `/${account('BUILD-x')}`, { name: 'bUILD-x' })).toMatchObject(taken);
});

test('the name stays taken while any of them has it', async () => {
  await admin.rest('DELETE', `/${account('\ufb01x')}`);
  expect(await gateway.create(admin.headers, { name: 'FIX' })).toMatchObject(taken);
  const { id } = await admin.create({ name: 'to be renamed' });
  expect(await admin.rest('PATCH', `/${id}`, { name: 'FIX' })).toMatchObject(taken);
  // The account that was deleted cannot come back beside the other one.
  expect(await admin.rest('POST', `/${account('\ufb01x')}/restore`)).toMatchObject(taken);
  await admin.rest('DELETE', `/${account('fix')}`);
  expect((await admin.rest('POST', `/${account('fix')}/restore`)).status).toBe(200);
  expect(await admin.rest('POST', `/${account('\ufb01x')}/restore`)).toMatchObject(taken);
});

test('an account that gets another name is like any other from then on', async () => {
  expect((await admin.rest('PATCH', `/${account('BUILD-x')}`, { name: 'build-y' })).status).toBe(200);
  expect(await gateway.create(admin.headers, { name: 'BUILD-Y' })).toMatchObject(taken);
  const exempt = await sql<{ name: string }>(
    database.url,
    'select name from service_account where name_exempt',
  );
  expect(exempt).toEqual([{ name: 'Build-X' }]);
});

test('a gateway of the previous version cannot make new collisions', async () => {
  await expect(insertAsBefore('ALONE', randomUUID())).rejects.toMatchObject({
    constraint: 'service_account_name_unique',
  });
  await expect(
    sql(database.url, `update service_account set name = 'BUILD-X' where id = $1`, [ids.alone]),
  ).rejects.toMatchObject({ code: '23505', constraint: 'service_account_name_unique' });
});
