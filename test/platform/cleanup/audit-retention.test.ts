import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type Somebody, somebody } from '../../harness/admin.js';
import { holdIntervals, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { until } from '../../harness/until.js';

let gateway: Gateway;
let admin: Somebody;
let pass: (time: number) => void;
beforeAll(async () => {
  pass = holdIntervals();
  gateway = await startGateway({ AUDIT_RETENTION_DAYS: '60' });
});
afterAll(async () => {
  restoreClock();
  await gateway.close();
});

const daysAgo = (days: number): string => `now() - interval '${days} days'`;

/** Makes the first partition end, and adds another one up to now, as if the gateway had run for some months. */
beforeEach(async () => {
  await gateway.sql('drop table if exists audit_event_first, audit_event_second');
  await gateway.sql(
    `do $$ declare ended text := ${daysAgo(61)}; until text; begin
       select min(substring(pg_get_expr(relpartbound, oid) from 'FROM \\(''([^'']+)''')) into until
       from pg_class where relname ~ '^audit_event_\\d' and relispartition;
       execute format('create table audit_event_first partition of audit_event for values from (minvalue) to (%L)', ended);
       execute format('create table audit_event_second partition of audit_event for values from (%L) to (%L)', ended, until);
     end $$`,
  );
  admin = await somebody(gateway);
});

/** Adds entries of the tenant that are a number of days old. */
const add = (days: number, count: number) =>
  gateway.sql(
    `insert into audit_event (occurred_at, id, tenant_id, caller_realm, caller_id, action, outcome, request_id)
     select ${daysAgo(days)}, gen_random_uuid(), $1, 'acme', 'ada', 'tenant.update', 'success', 'old'
     from generate_series(1, $2::integer)`,
    [admin.tenant, count],
  );

const partitions = async (): Promise<string[]> => {
  const rows = await gateway.sql<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_event'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
};
const isDropped = () =>
  until(
    async () => !(await partitions()).includes('audit_event_first'),
    (is) => is,
  );

const listed = async (): Promise<unknown[]> =>
  (await admin.run('{ auditEvents(first: 100) { nodes { action } } }')).auditEvents.nodes;

test('entries are removed when all of their partition are older than the retention, which is recorded', async () => {
  await add(70, 3);
  await add(59, 2);
  expect(await listed()).toHaveLength(5);
  pass(60_000);
  expect(await isDropped()).toBe(true);
  expect(await listed()).toHaveLength(2);

  const root = await somebody(gateway, undefined, 'super_admin');
  const { allAuditEvents } = await root.run(
    `{ allAuditEvents(first: 1, filter: { action: ["audit_event.remove"] }) {
      nodes { tenantId actor { realm id } target outcome before after }
    } }`,
  );
  expect(allAuditEvents.nodes).toEqual([
    {
      tenantId: null,
      actor: { realm: '', id: 'service-account-gateway' },
      target: null,
      outcome: 'SUCCESS',
      before: { occurredAfter: expect.any(String), occurredBefore: expect.any(String), count: 3 },
      after: null,
    },
  ]);
});

test('while a transaction reads the audit log, requests are served, and the next run removes the entries', async () => {
  await add(70, 1);
  const reader = new Client({ connectionString: gateway.databaseUrl });
  await reader.connect();
  await reader.query('begin; select from audit_event');
  pass(60_000);
  await admin.create();
  const busy = 'could not drop an old partition of the audit log: another transaction uses it';
  const log = await until(
    async () => gateway.log.join(''),
    (text) => text.includes(busy),
  );
  expect(log).toContain(busy);
  await admin.create();
  expect(await partitions()).toContain('audit_event_first');
  await reader.query('commit');
  await reader.end();
  pass(60_000);
  expect(await isDropped()).toBe(true);
});

test('while another gateway changes partitions, this one does not', async () => {
  await add(70, 1);
  const other = new Client({ connectionString: gateway.databaseUrl });
  await other.connect();
  await other.query('begin; select pg_advisory_xact_lock(7420176)');
  // In the second run, the removal of the first run has ended, because it is the last job of a run.
  for (const run of ['first', 'second']) {
    await gateway.sql(`insert into revoked_token values ($1, now() - interval '1 hour')`, [run]);
    pass(60_000);
    const isSwept = await until(
      () => gateway.sql('select from revoked_token'),
      ({ length }) => length === 0,
    );
    expect(isSwept).toEqual([]);
  }
  expect(await partitions()).toContain('audit_event_first');
  await other.query('commit');
  await other.end();
});

test('every partition refuses changes and deletions, too', async () => {
  await admin.create();
  for (const name of await partitions()) {
    for (const change of [
      `delete from ${name}`,
      `truncate ${name}`,
      `update ${name} set outcome = 'denied'`,
    ]) {
      // The test has made these two itself.
      if (/first|second/.test(name)) continue;
      await expect(gateway.sql(change)).rejects.toThrow(`${name} is append-only`);
    }
  }
});

describe('entries of the default partition', () => {
  const inDefault = async () => (await gateway.sql('select id from audit_event_default')).length;

  test('move when their month gets a partition, and are found as before', async () => {
    const last = (await partitions()).filter((name) => /\d$/.test(name)).at(-1) ?? '';
    await gateway.sql(`drop table ${last}`);
    const time = `${last.slice(-7).replace('_', '-')}-15T12:00:00.000Z`;
    await gateway.sql(
      `insert into audit_event (occurred_at, id, tenant_id, caller_realm, caller_id, action, outcome, request_id)
       values ($1, gen_random_uuid(), $2, 'acme', 'ada', 'tenant.update', 'success', 'ahead')`,
      [time, admin.tenant],
    );
    const read = async () =>
      (
        await admin.run(
          '{ auditEvents(first: 1, filter: { requestId: "ahead" }) { nodes { id occurredAt } } }',
        )
      ).auditEvents.nodes;
    const before = await read();
    expect(before).toMatchObject([{ occurredAt: time }]);
    expect(await inDefault()).toBe(1);
    pass(60_000);
    expect(await until(inDefault, (count) => count === 0)).toBe(0);
    expect(await read()).toEqual(before);
    expect(await gateway.sql(`select from ${last}`)).toHaveLength(1);
    await expect(gateway.sql('delete from audit_event_default')).rejects.toThrow('is append-only');
    const node = await admin.run('query ($id: ID!) { node(id: $id) { id } }', { id: before[0].id });
    expect(node.node.id).toBe(before[0].id);
  });
});

test('a partition without an upper bound, which an operator has added, is replaced while it is empty', async () => {
  const last = (await partitions()).filter((name) => /\d$/.test(name)).at(-1) ?? '';
  const from = `${last.slice(-7).replace('_', '-')}-01T00:00:00Z`;
  await gateway.sql(`drop table ${last}`);
  await gateway.sql(
    `create table audit_event_rest partition of audit_event for values from ('${from}') to (maxvalue)`,
  );
  pass(60_000);
  const names = await until(partitions, (now) => now.includes(last));
  expect(names).toContain(last);
  expect(names).not.toContain('audit_event_rest');
});
