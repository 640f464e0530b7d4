import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Migration } from '@mikro-orm/migrations';
import pg from 'pg';
import { pino } from 'pino';
import { entities } from '../../../src/features/entities.js';
import { startDatabaseServer } from '../../../src/platform/database/database-server.js';
import { Migration20261129IntrospectAll } from '../../../src/platform/database/migrations/migration-20261129-introspect-all.js';
import { migrations } from '../../../src/platform/database/migrations/migrations.js';
import { openDatabase } from '../../../src/platform/database/open-database.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

// This gateway has the current version. It continues while gateways of the next version start.
let gateway: Gateway;
let admin: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await gateway.as('tenant_admin', await gateway.createTenant({ limit: 10_000 }));
});
afterAll(() => gateway.close());

const lines: string[] = [];
const log = pino({}, { write: (line) => lines.push(line) });

/** Makes a migration of the next version. */
function next(name: string, ...statements: string[]) {
  return {
    name,
    class: class extends Migration {
      override up(): void {
        for (const statement of statements) this.addSql(statement);
      }
    },
  };
}

/** Opens the database as a start of the next version does. @returns the error of the start, if it fails */
async function startNext(...added: ReturnType<typeof next>[]): Promise<Error | undefined> {
  const server = await startDatabaseServer({ databaseUrl: gateway.env.DATABASE_URL, dataDir: '' }, log);
  try {
    const { close } = await openDatabase(entities, server, log, [...migrations, ...added]);
    await close();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const names = async () =>
  (await gateway.sql<{ name: string }>('select name from migration order by id')).map(({ name }) => name);
const works = async () => {
  expect((await gateway.create(admin)).status).toBe(200);
  expect((await gateway.request('/readyz')).status).toBe(200);
};

test('of a start whose second migration fails nothing is kept, and what fails is named without data', async () => {
  const before = await names();
  await gateway.create(admin, { name: 'private-name' });
  const fault = await startNext(
    next(
      'next-1',
      'alter table tenant add column region text',
      'create table region (name text primary key)',
    ),
    next(
      'next-2',
      'alter table service_account add column n integer generated always as (name::integer) stored',
    ),
  );
  expect(`${fault?.name}: ${fault?.message}`).toBe(
    'StartError: DATABASE_URL: migration next-2 failed: invalid input syntax for type integer (SQLSTATE 22P02). The schema is unchanged.',
  );
  expect(await names()).toEqual(before);
  const rows = await gateway.sql(
    `select from information_schema.columns where table_name = 'region' or column_name in ('region', 'n')`,
  );
  expect(rows).toEqual([]);
  await works();
});

test('rows that stand against a migration are reported without their values', async () => {
  const fault = await startNext(
    next('next-unique', 'create unique index one on service_account (tenant_id)'),
  );
  expect(fault?.message).toMatch(
    /next-unique failed: could not create unique index "one" \(SQLSTATE 23505\)/,
  );
  expect(fault?.message).not.toMatch(/detail|Key|[0-9a-f]{8}-/);
});

test('a migration that waits for a table lets requests pass, and tries again', async () => {
  const reader = new pg.Client({ connectionString: gateway.env.DATABASE_URL });
  await reader.connect();
  await reader.query('begin');
  await reader.query('select from service_account');
  const starting = startNext(next('next-wait', 'alter table service_account add column waited text'));
  try {
    while (!lines.some((line) => line.includes('could not lock a table that is in use'))) await works();
  } finally {
    await reader.query('commit');
    await reader.end();
  }
  expect(await starting).toBe(undefined);
  expect(await names()).toContain('next-wait');
  await works();
});

test('a migration that takes longer than any request may is not cut short', async () => {
  expect(await startNext(next('next-wait', 'select 1'), next('next-long', 'select pg_sleep(4.5)'))).toBe(
    undefined,
  );
  expect(await names()).toContain('next-long');
}, 60_000);

test('columns that are added under statements prepared already are no fault', async () => {
  // The calls at the same time prepare the statements on every connection of the pool. They are in ten tenants, because
  // those of one tenant would wait for each other.
  const tenants: string[] = [];
  while (tenants.length < 10) tenants.push(await gateway.createTenant());
  const admins = await Promise.all(tenants.map((tenant) => gateway.as('tenant_admin', tenant)));
  const viewers = await Promise.all(tenants.map((tenant) => gateway.as('tenant_viewer', tenant)));
  const read = '{ tenant { name serviceAccountCount } viewer { tenants { name } } }';
  const all = () =>
    Promise.all([
      ...admins.map((headers) => gateway.create(headers)),
      ...viewers.map((headers) => gateway.graphql(headers, read)),
    ]);
  const connections = `select array_agg(pid order by pid) as pids from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await all();
  const [before] = await gateway.sql<{ pids: number[] }>(connections);
  for (const table of ['service_account', 'tenant', 'service_account_secret', 'audit_event', 'permission']) {
    await gateway.sql(`alter table ${table} add column added text`);
    for (const { status, body } of await all()) {
      expect(status).toBe(200);
      expect(body.errors).toBe(undefined);
    }
  }
  // The pool still has the same connections. It would have replaced a connection that met an error.
  const [after] = await gateway.sql<{ pids: number[] }>(connections);
  expect(after?.pids).toEqual(expect.arrayContaining(before?.pids ?? []));
});

test('a gateway starts and works on a database that is an expanding migration ahead of it', async () => {
  const ahead = [next('next-wait', 'select 1'), next('next-long', 'select 1')];
  expect(
    await startNext(
      ...ahead,
      next(
        'next-expand',
        'alter table tenant add column color text',
        'create table color (name text primary key)',
      ),
    ),
  ).toBe(undefined);
  expect(await startNext()).toBe(undefined);
  await works();
});

test('a catalog that already has the permission for all tenants restricts it', async () => {
  const where = `from permission where name = 'oauth:introspect_all'`;
  const read = async () => (await gateway.sql(`select description, is_default, restricted ${where}`))[0];
  await gateway.sql(`delete ${where}`);
  await gateway.sql(`insert into permission values ('oauth:introspect_all', 'Of the operator', true, false)`);
  const again = { name: 'introspect-all-again', class: Migration20261129IntrospectAll };
  expect(await startNext(again)).toBeUndefined();
  expect(await read()).toEqual({ description: 'Of the operator', is_default: false, restricted: true });
});
