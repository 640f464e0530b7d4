import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLInputObjectType } from 'graphql';
import pg from 'pg';
import { seedEvents } from '../../../bench/seed-events.js';
import { AuditOutcome } from '../../../src/features/audit/audit-event.type.js';
import { exportStatement } from '../../../src/features/audit/audit-event-export.sql.js';
import type { AllAuditEventFilter } from '../../../src/features/audit/audit-events.filter.js';
import { trailStatement } from '../../../src/features/audit/audit-events.sql.js';
import { auditActions } from '../../../src/platform/audit/actions.js';
import type { Statement } from '../../../src/platform/database/sql.js';
import { createDatabase } from '../../harness/database.js';

const tenantId = randomUUID();
/** A tenant with few events, which are all old. */
const small = randomUUID();
let client: pg.Client;
let drop: () => Promise<void>;
/** The index of the audit log to which each index of a partition belongs. */
let parentOf: Map<string, string>;
beforeAll(async () => {
  const database = await createDatabase();
  drop = database.drop;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await dividePartition();
  await seedEvents(client, tenantId, 50_000);
  await seedEvents(client, randomUUID(), 5_000);
  await seedEvents(client, randomUUID(), 5_000, undefined, undefined, { age: '2 years' });
  await addOld();
  await client.query('analyze audit_event');
  const { rows } = await client.query<{ name: string; parent: string }>(`
    select inhrelid::regclass::text as name, inhparent::regclass::text as parent
    from pg_inherits join pg_index on indexrelid = inhrelid`);
  parentOf = new Map(rows.map(({ name, parent }) => [name, parent]));
}, 60_000);
afterAll(async () => {
  await client.end();
  await drop();
});

/**
 * Divides the first partition, as if the gateway had run for a year. The newest partition began two months before this
 * one, so it has many events on the first day of a month, too. PostgreSQL reads a tiny partition without an index.
 */
const dividePartition = () =>
  client.query(`
    do $$ declare month timestamptz := date_trunc('month', now()) - interval '14 months'; begin
      drop table audit_event_first;
      execute format('create table audit_event_first partition of audit_event for values from (minvalue) to (%L)', month);
      for number in 1..4 loop
        execute format('create table %I partition of audit_event for values from (%L) to (%L)',
          'audit_event_' || number, month, month + interval '4 months');
        month := month + interval '4 months';
      end loop;
    end $$`);

const addOld = () =>
  client.query(
    `insert into audit_event (occurred_at, id, tenant_id, caller_realm, caller_id, action, outcome, request_id)
     select now() - interval '2 years', gen_random_uuid(), $1, 'acme', 'ada', 'tenant.create', 'success', 'old'
     from generate_series(1, 10)`,
    [small],
  );

interface Node {
  'Node Type': string;
  'Index Name'?: string;
  'Plan Rows': number;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
}

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

/**
 * Returns PostgreSQL's plan for a statement. A prepared statement is first run seven times, because PostgreSQL may
 * choose a generic plan, which does not depend on the values, after five runs.
 */
async function planOf({ name, text, values = [] }: Statement): Promise<Node[]> {
  const explain = 'explain (analyze, buffers, format json)';
  if (!name) return planIn(await client.query(`${explain} ${text}`, values));
  const literals = values.map((value) =>
    pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value)),
  );
  await client.query(`deallocate all; prepare page as ${text}`);
  for (let run = 0; run < 7; run++) await client.query(`execute page (${literals})`);
  return planIn(await client.query(`${explain} execute page (${literals})`));
}

const planIn = ({ rows }: pg.QueryResult): Node[] => flat(rows[0]['QUERY PLAN'][0].Plan);

/** Returns the largest number of rows that a node of the plan has read. */
const rowsRead = (plan: Node[]) =>
  Math.max(
    ...plan.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    ),
  );

/** Stands for any index: a common value is soon found through each of them, since the tenant has most events. */
const any = 'any index';

/** Asserts that a plan uses indexes, except in tiny partitions, and reads hardly more events than it returns. */
function expectFewRows(plan: Node[], index: string, most: number) {
  expect(plan.filter((node) => node['Node Type'] === 'Seq Scan' && hasRead(node))).toEqual([]);
  if (index !== any) expect(plan.map((node) => parentOf.get(node['Index Name'] ?? ''))).toContain(index);
  expect(rowsRead(plan)).toBeLessThanOrEqual(most);
  // The number of blocks is bounded, too, because index entries that are read in vain do not count as rows.
  const [{ 'Shared Hit Blocks': hit, 'Shared Read Blocks': read } = { ...none }] = plan;
  expect(hit + read).toBeLessThanOrEqual(60 + most);
}
/** Returns whether a node has read more than one block. An index of a table of one block would save nothing. */
const hasRead = (node: Node) => node['Shared Hit Blocks'] + node['Shared Read Blocks'] > 1;
const none = { 'Shared Hit Blocks': Number.NaN, 'Shared Read Blocks': Number.NaN };

const page = { size: 50, backward: false, cursor: undefined };
const middle: [Date, string] = [new Date(Date.now() - 180 * 24 * 60 * 60 * 1000), randomUUID()];

describe.each([
  ['first', undefined],
  ['middle', middle],
])('the %s page', (_which, position) => {
  test.each([false, true])('of a tenant, backward: %s, is read where it stands', async (backward) => {
    const plan = await planOf(trailStatement({ tenantId, filter: {}, position }, { ...page, backward }));
    expectFewRows(plan, any, 80);
  });

  test.each([false, true])('of all tenants, backward: %s, is read where it stands', async (backward) => {
    const plan = await planOf(trailStatement({ filter: {}, position }, { ...page, backward }));
    expectFewRows(plan, 'audit_event_pkey', 51);
  });

  test('of the export is read where it stands', async () => {
    const plan = await planOf(exportStatement({ tenantId, filter: {}, position }));
    expectFewRows(plan, any, 1300);
  });
});

test.each([
  ['a tenant of few and old events', small],
  ['a tenant that does not exist', randomUUID()],
])('for %s no events of others are read', async (_what, tenantId) => {
  const times = [{}, { occurredBefore: new Date() }, { occurredAfter: new Date(0) }];
  for (const filter of times) {
    for (const backward of [false, true]) {
      const plan = await planOf(
        trailStatement({ tenantId, filter, position: undefined }, { ...page, backward }),
      );
      expectFewRows(plan, 'audit_event_tenant_id_index', 10);
    }
    const plan = await planOf(exportStatement({ tenantId, filter, position: undefined }));
    expectFewRows(plan, 'audit_event_tenant_id_index', 10);
  }
});

/** Filters, each with the index that finds its events and the number of rows that a plan may read. */
const filters: [AllAuditEventFilter, string, number][] = [
  [{ actor: { realm: 'acme', id: 'person-1' } }, 'audit_event_caller_index', 60],
  [{ actor: { realm: 'acme', id: 'person-rare' } }, 'audit_event_caller_index', 120],
  [{ actor: { id: 'person-1' } }, 'audit_event_caller_index', 102],
  [{ actor: { id: 'person-rare' } }, 'audit_event_caller_index', 120],
  [{ action: ['service_account.update'] }, any, 200],
  [{ action: ['tenant.update'] }, 'audit_event_action_index', 51],
  [{ action: ['tenant.update', 'service_account.delete'] }, 'audit_event_action_index', 102],
  [{ action: [...auditActions] }, 'audit_event_action_index', 51 * (auditActions.length + 2)],
  [{ target: 'sa-00000000-0000-7000-8000-000000000007' }, 'audit_event_target_index', 102],
  [{ outcome: AuditOutcome.DENIED }, 'audit_event_outcome_index', 51],
  [{ outcome: AuditOutcome.SUCCESS }, any, 80],
  [{ occurredAfter: middle[0] }, any, 80],
  [{ occurredBefore: middle[0] }, any, 80],
  [{ requestId: 'request-7' }, 'audit_event_request_index', 4],
];

test.each(filters)('%j is found through %s', async (filter, index, most) => {
  expectFewRows(await planOf(trailStatement({ tenantId, filter, position: undefined }, page)), index, most);
});

/** Filters across all tenants. Actions and outcomes are missing, because they have indexes within a tenant only. */
const everywhere: [AllAuditEventFilter, string, number][] = [
  [{ tenantId }, any, 80],
  [{ tenantId, outcome: AuditOutcome.DENIED }, 'audit_event_outcome_index', 51],
  [{ actor: { id: 'person-1' } }, 'audit_event_caller_index', 102],
  [{ target: 'sa-00000000-0000-7000-8000-000000000007' }, 'audit_event_target_index', 102],
  // Each of the three seeded tenants has two entries of this request.
  [{ requestId: 'request-7' }, 'audit_event_request_index', 6],
  [{ occurredBefore: middle[0] }, 'audit_event_pkey', 51],
];

test.each(everywhere)('%j of all tenants is found through %s', async (filter, index, most) => {
  expectFewRows(await planOf(trailStatement({ filter, position: undefined }, page)), index, most);
});

test('there is a plan for each filter of the schema', () => {
  const input = buildSchema(readFileSync('schema/schema.graphql', 'utf8')).getType('AuditEventFilter');
  const planned = new Set(filters.flatMap(([filter]) => Object.keys(filter)));
  expect([...planned].sort()).toEqual(Object.keys((input as GraphQLInputObjectType).getFields()).sort());
});
