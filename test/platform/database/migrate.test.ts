import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Migration } from '@mikro-orm/migrations';
import pg from 'pg';
import { pino } from 'pino';
import { entities } from '../../../src/features/entities.js';
import { startDatabaseServer } from '../../../src/platform/database/database-server.js';
import { Migration20261129IntrospectAll } from '../../../src/platform/database/migrations/migration-20261129-introspect-all.js';
import { migrations } from '../../../src/platform/database/migrations/migrations.js';
import { openDatabase } from '../../../src/platform/database/open-database.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { createDatabase, databaseUrl, sql } from '../../harness/database.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { untilWaiting, withMigrationLock } from '../../harness/migration-lock.js';

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
const startNext = (...added: ReturnType<typeof next>[]) => startOn(gateway.env.DATABASE_URL, added);

async function startOn(
  databaseUrl: string | undefined,
  added: ReturnType<typeof next>[],
  signal?: AbortSignal,
): Promise<Error | undefined> {
  const server = await startDatabaseServer({ databaseUrl, dataDir: '' }, log);
  try {
    const { close } = await openDatabase(entities, server, log, [...migrations, ...added], signal);
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

test('a database in another encoding than UTF8 is refused, and stays empty', async () => {
  const name = `gateway_latin_${process.pid}`;
  const postgres = databaseUrl('postgres');
  await sql(postgres, `create database ${name} encoding 'LATIN1' locale 'C' template template0`);
  try {
    const error = await startOn(databaseUrl(name), []);
    expect(error?.message).toBe(
      'DATABASE_URL: the encoding of the database must be UTF8, not LATIN1. ' +
        "Create one with: create database gateway encoding 'UTF8' locale 'C' template template0",
    );
    const tables = `select tablename from pg_tables where schemaname = 'public' and tablename <> 'migration'`;
    expect(await sql(databaseUrl(name), tables)).toEqual([]);
  } finally {
    await sql(postgres, `drop database ${name} with (force)`);
  }
});

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

test('a timeout of the database does not cut a migration short', async () => {
  const { pathname } = new URL(gateway.databaseUrl);
  const set = (value: string) =>
    gateway.sql(`alter database ${pathname.slice(1)} set statement_timeout = ${value}`);
  await set('300');
  try {
    const long = next('next-limited', 'select pg_sleep(0.6)');
    expect(await startNext(next('next-wait', 'select 1'), next('next-long', 'select 1'), long)).toBe(
      undefined,
    );
  } finally {
    await set('default');
  }
});

test('a start that fails on an empty database leaves nothing there', async () => {
  const empty = await createDatabase('template0');
  const fault = await startOn(empty.url, [next('next-broken', 'select 1 / 0')]);
  expect(fault?.message).toMatch(/next-broken failed: division by zero/);
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  const { rows } = await client.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace`,
  );
  await client.end();
  await empty.drop();
  expect(rows).toEqual([]);
});

/** Lets the lock of another gateway meet a start. @returns the error of the start */
async function startBehindAnother(
  meanwhile: (holder: pg.Client) => void,
  signal?: AbortSignal,
): Promise<Error | undefined> {
  lines.length = 0;
  return withMigrationLock(gateway.databaseUrl, async (holder) => {
    const starting = startOn(gateway.databaseUrl, [next('next-behind', 'select 1')], signal);
    await untilWaiting({ stderr: () => lines.join('') });
    meanwhile(holder);
    return starting;
  });
}

test('a start waits 10 minutes for another gateway that migrates, and then names the process that holds the lock', async () => {
  let pid: number | undefined;
  const fault = await startBehindAnother((holder) => {
    pid = (holder as pg.Client & { processID: number }).processID;
    moveClock(10 * 60 + 1);
  }).finally(restoreClock);
  expect(`${fault?.name}: ${fault?.message}`).toBe(
    'StartError: DATABASE_URL: another gateway has been migrating the database for 10 minutes. ' +
      `Wait until it has finished, or undo its migration with: select pg_terminate_backend(${pid}). Then start again.`,
  );
  expect(await names()).not.toContain('next-behind');
});

test('a signal ends the wait for another gateway that migrates', async () => {
  const stop = new AbortController();
  const fault = await startBehindAnother(() => stop.abort(), stop.signal);
  expect(fault).toBe(stop.signal.reason);
});

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
