import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { pino } from 'pino';
import { startDatabaseServer } from '../../../../src/platform/database/database-server.js';
import { migrations } from '../../../../src/platform/database/migrations/migrations.js';
import { openDatabase } from '../../../../src/platform/database/open-database.js';
import { somebody } from '../../../harness/admin.js';
import { createDatabase, sql } from '../../../harness/database.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { untilLocked } from '../../../harness/until-locked.js';

const before = migrations.slice(
  0,
  migrations.findIndex(({ name }) => name === '20261130-audit-minutes'),
);
const lines: string[] = [];
const log = pino({}, { write: (line) => lines.push(line) });

async function migrateTo(url: string, list: typeof migrations): Promise<void> {
  const server = await startDatabaseServer({ databaseUrl: url, dataDir: '' }, log);
  const { close } = await openDatabase([], server, log, list);
  await close();
}

/** Creates a database of the previous version, and a connection to it. */
async function previousDatabase() {
  const { url, drop } = await createDatabase('template0');
  await migrateTo(url, before);
  const client = new Client({ connectionString: url });
  await client.connect();
  const close = async () => {
    await client.end();
    await drop();
  };
  return { url, client, close };
}

const tenant = randomUUID();

/** Adds an entry with a statement that the connection prepares once, as the gateways of the previous version do. */
const insert = (client: Client, time: string) =>
  client.query({
    name: 'insert',
    text: `
      insert into audit_event (occurred_at, id, tenant_id, caller_realm, caller_id, action, outcome, request_id)
      values ($1, gen_random_uuid(), $2, 'acme', 'ada', 'tenant.update', 'success', 'request')`,
    values: [time, tenant],
  });

const hours = (number: number): string => new Date(Date.now() + number * 3_600_000).toISOString();

/** Returns the indexes of a table, and the files in which PostgreSQL keeps them. */
const indexesOf = async (client: Client, table: string) => {
  const { rows } = await client.query<{ name: string; file: string; attached: boolean }>(
    `select relname as name, pg_relation_filenode(indexrelid) as file, relispartition as attached
     from pg_index join pg_class on oid = indexrelid where indrelid = $1::regclass order by file`,
    [table],
  );
  return rows;
};

const endOfFirst = async (client: Client): Promise<Date | undefined> => {
  const { rows } = await client.query<{ time: Date }>(
    `select (regexp_match(pg_get_expr(relpartbound, oid), $$TO \\('([^']+)'$$))[1]::timestamptz as time
     from pg_class where relname = 'audit_event_first'`,
  );
  return rows[0]?.time;
};

describe('a database with entries', () => {
  let database: Awaited<ReturnType<typeof previousDatabase>>;
  let gateway: Gateway;
  let indexes: Awaited<ReturnType<typeof indexesOf>>;
  beforeAll(async () => {
    database = await previousDatabase();
    for (const time of [hours(-9000), hours(-2), hours(-1)]) await insert(database.client, time);
    indexes = await indexesOf(database.client, 'audit_event');
    gateway = await startGateway({ DATABASE_URL: database.url });
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    await database.close();
  });

  test('has them afterwards, and a statement that was prepared before adds others', async () => {
    await insert(database.client, hours(0));
    await insert(database.client, hours(24 * 40));
    const addTenant = `insert into tenant (id, name, service_account_limit) values ($1, 'Acme', 1)`;
    await database.client.query(addTenant, [tenant]);
    const admin = await somebody(gateway, tenant);
    const { auditEvents } = await admin.run('{ auditEvents(first: 100) { nodes { occurredAt } } }');
    const times = auditEvents.nodes.map(({ occurredAt }: { occurredAt: string }) => occurredAt);
    expect(times).toHaveLength(5);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('keeps the files of its indexes, which belong to those of the whole audit log', async () => {
    const kept = await indexesOf(database.client, 'audit_event_first');
    expect(kept.map(({ file }) => file)).toEqual(indexes.map(({ file }) => file));
    expect(kept.map(({ attached }) => attached)).toEqual(indexes.map(() => true));
    const whole = await indexesOf(database.client, 'audit_event');
    expect(whole.map(({ name }) => name).sort()).toEqual(indexes.map(({ name }) => name).sort());
  });

  test.each([
    'delete from audit_event_first',
    'truncate audit_event_first',
    `update audit_event_first set outcome = 'denied'`,
    `update audit_event set caller_name = 'Eve'`,
  ])('refuses: %s', async (change) => {
    await expect(database.client.query(change)).rejects.toThrow('audit_event_first is append-only');
  });
});

/** Migrates a database of the previous version after it has been prepared. */
async function migratePrepared(
  prepare: (client: Client) => Promise<unknown>,
  check: (client: Client) => Promise<void>,
) {
  const { url, client, close } = await previousDatabase();
  try {
    await prepare(client);
    await migrateTo(url, migrations);
    await check(client);
  } finally {
    await close();
  }
}

test('the first partition includes an entry whose time is ahead, and others are added', () =>
  migratePrepared(
    (client) => insert(client, hours(24 * 400)),
    async (client) => {
      expect((await endOfFirst(client))?.getTime()).toBeGreaterThan(Date.parse(hours(24 * 400)));
      await insert(client, hours(24 * 500));
      await insert(client, hours(0));
    },
  ));

test('a constraint of the operator determines where the first partition ends, and is removed', () =>
  migratePrepared(
    (client) =>
      client.query(`
        set timezone = 'Asia/Kathmandu';
        alter table audit_event add constraint audit_event_first_end check (occurred_at < '2100-02-01Z') not valid;
        alter table audit_event validate constraint audit_event_first_end`),
    async (client) => {
      expect(await endOfFirst(client)).toEqual(new Date('2100-02-01T00:00:00Z'));
      await insert(client, '2100-03-01T00:00:00.000Z');
      const { rows } = await client.query(
        `select from pg_constraint where conname = 'audit_event_first_end'`,
      );
      expect(rows).toEqual([]);
    },
  ));

test('a role that may read the audit log may still read it', async () => {
  const role = `reader_${randomUUID().slice(0, 8)}`;
  await migratePrepared(
    (client) => client.query(`create role ${role}; grant select on audit_event to ${role}`),
    async (client) => {
      const { rows } = await client.query(
        `select has_table_privilege($1, 'audit_event', 'select') as reads,
           has_table_privilege($1, 'audit_event', 'insert') as inserts`,
        [role],
      );
      await client.query(`drop owned by ${role}; drop role ${role}`);
      expect(rows).toEqual([{ reads: true, inserts: false }]);
    },
  );
});

test.each([
  ['an account', `update service_account set owner = 'Ops'`],
  ['a tenant', `update tenant set name = 'Acme Corporation'`],
])('a change of %s that is in progress and the migration do not deadlock', async (_what, change) => {
  const { url, client, close } = await previousDatabase();
  try {
    await client.query(
      `insert into tenant (id, name, service_account_limit) values ('${tenant}', 'Acme', 1)`,
    );
    await client.query(`
      insert into service_account (
        id, tenant_id, name, client_id, permissions, created_at, created_by_realm, created_by_id, updated_at
      ) values (gen_random_uuid(), '${tenant}', 'one', 'sa_client_1', '{}', now(), 'acme', 'ada', now())`);
    await client.query('begin');
    await client.query(change);
    lines.length = 0;
    const migrated = migrateTo(url, migrations);
    await untilLocked({ sql: (text, values) => sql(url, text, values) } as Gateway);
    await insert(client, hours(0));
    await client.query('commit');
    await migrated;
    expect(lines.filter((line) => line.includes('retrying'))).toEqual([]);
  } finally {
    await close();
  }
});
