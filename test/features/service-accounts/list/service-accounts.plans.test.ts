import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLInputObjectType } from 'graphql';
import pg from 'pg';
import { seedAccounts } from '../../../../bench/seed-accounts.js';
import { liveKeysSql } from '../../../../src/features/service-accounts/keys/live-keys.js';
import type { ServiceAccountFilter } from '../../../../src/features/service-accounts/list/service-accounts.filter.js';
import {
  defaultOrder,
  ServiceAccountOrderField,
} from '../../../../src/features/service-accounts/list/service-accounts.order.js';
import {
  type ListQuery,
  listStatement,
} from '../../../../src/features/service-accounts/list/service-accounts.sql.js';
import { liveSecretsSql } from '../../../../src/features/service-accounts/secrets/live-secrets.js';
import type { ServiceAccountStatus } from '../../../../src/features/service-accounts/service-account.type.js';
import { liveTrustsSql } from '../../../../src/features/service-accounts/trusts/live-trusts.js';
import { OrderDirection } from '../../../../src/platform/pagination/list-order.js';
import { createDatabase } from '../../../harness/database.js';

const tenantId = randomUUID();
let client: pg.Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createDatabase();
  drop = database.drop;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await seedAccounts([client], {
    accounts: 20_000,
    tenants: 200,
    firstTenant: { id: tenantId, name: 'Large customer' },
    pepperVersion: 'v1',
  });
});
afterAll(async () => {
  await client.end();
  await drop();
});

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: Node[];
}

/**
 * Returns the part of PostgreSQL's plan for a page that finds its accounts. This part stands below the limit; above it
 * at most 51 rows are sorted. A prepared statement is first run seven times, because PostgreSQL may choose a generic
 * plan, which does not depend on the values, after five runs.
 */
async function planOf(query: Partial<ListQuery>): Promise<Node[]> {
  const page = { size: 50, backward: false, cursor: undefined };
  const usual = { tenantId, filter: {}, order: defaultOrder, page, position: undefined, columns: -1 };
  const { name, text, values = [] } = listStatement({ ...usual, ...query });
  const explained = name
    ? await explainPrepared(text, values)
    : await client.query(`explain (format json) ${text}`, values);
  const limit = flat(explained.rows[0]['QUERY PLAN'][0].Plan).find((node) => node['Node Type'] === 'Limit');
  return limit ? flat(limit) : [];
}

async function explainPrepared(text: string, values: unknown[]) {
  const literals = values.map((value) =>
    pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value)),
  );
  const execution = `execute list (${literals})`;
  await client.query(`deallocate all; prepare list as ${text}`);
  for (let run = 0; run < 7; run++) await client.query(execution);
  return client.query(`explain (format json) ${execution}`);
}

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

const readsWhole = (plan: Node[]) =>
  plan.some((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'service_account');

const usedOf = (plan: Node[]) =>
  plan.flatMap((node) => (node['Index Name'] ? [`${node['Index Name']} ${node['Index Cond']}`] : []));

const at = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000);

/** The orders, each with its index and a value in the middle of it. */
const orders: [ServiceAccountOrderField, string, unknown][] = [
  [ServiceAccountOrderField.CREATED_AT, 'service_account_created_index', at(-500)],
  [ServiceAccountOrderField.NAME, 'service_account_name_index', 'media'],
  [ServiceAccountOrderField.LAST_USED_AT, 'service_account_last_used_index', at(-200)],
];

test.each(
  orders.flatMap(([field, index, value]) =>
    Object.values(OrderDirection).flatMap((direction) =>
      ['the first', 'another'].map((which) => ({ field, direction, index, value, which })),
    ),
  ),
)('$which page by $field $direction is read where it stands in $index', async (list) => {
  const { index, value, which, ...order } = list;
  const position = which === 'another' ? [value, randomUUID()] : undefined;
  const plan = await planOf({ order, position });
  expect(usedOf(plan)).toHaveLength(1);
  expect(usedOf(plan)[0]).toContain(index);
  // PostgreSQL begins to read the index at the place, and does not read it from its beginning and filter.
  if (position) expect(usedOf(plan)[0]).toContain('ROW(');
  expect(plan.map((node) => node['Node Type']).join()).not.toMatch(/Sort|Seq/);
});

const youngest = at(-0.5);
const filterIndex = 'service_account_filter_index';

/** Filters with a value that few accounts have, each with the index that finds them and its condition. */
const filters: [ServiceAccountFilter, string, string][] = [
  [{ status: ['deleted' as ServiceAccountStatus] }, filterIndex, 'status ='],
  [{ permission: 'audit:export' }, filterIndex, 'permissions @>'],
  [{ labels: [{ key: 'pci' }] }, filterIndex, 'labels ?'],
  [{ labels: [{ key: 'ticket', value: 'OPS-1' }] }, filterIndex, 'labels @>'],
  [{ owner: 'person-1@example.com' }, filterIndex, 'owner ='],
  [{ contact: 'team-1@example.com' }, 'service_account_contact_index', 'contact ='],
  [{ search: 'quarterly closing' }, filterIndex, 'description ~~*'],
  [{ createdBy: { id: 'person-2000' } }, filterIndex, 'created_by_id ='],
  [{ createdAfter: youngest }, 'service_account_created_index', 'created_at >='],
  [{ createdBefore: at(-3 * 365 + 1) }, 'service_account_created_index', 'created_at <'],
  [{ lastUsedAfter: youngest }, 'service_account_last_used_index', '>='],
  [{ lastUsedBefore: at(-3 * 365 + 9) }, 'service_account_last_used_index', '<'],
  [{ unusedSince: at(-3 * 365 + 1) }, 'service_account_created_index', 'created_at <'],
  [{ expiresAfter: at(3 * 365) }, 'service_account_expires_index', 'expires_at >='],
  [{ expiresBefore: at(-2.7 * 365) }, 'service_account_expires_index', 'expires_at <'],
  [{ secretOverdue: true }, 'service_account_created_index', 'created_at <'],
  [{ secretOverdue: true }, 'service_account_secret_service_account_id_index', 'account.id'],
];

test.each(filters)('%j is found through %s', async (filter, index, condition) => {
  const plan = await planOf({ filter });
  const used = usedOf(plan).filter((use) => use.startsWith(index));
  expect(used.join()).toContain(condition);
  expect(readsWhole(plan)).toBe(false);
});

test('the secrets of a page are looked up by its accounts, not among all of the tenant', async () => {
  const { rows: accounts } = await client.query(
    'select id from service_account where tenant_id = $1 order by created_at limit 50',
    [tenantId],
  );
  const ids = `{${accounts.map(({ id }) => id)}}`;
  const { rows } = await explainPrepared(liveSecretsSql, [ids, tenantId]);
  const used = usedOf(flat(rows[0]['QUERY PLAN'][0].Plan));
  expect(used.join()).toContain('service_account_pkey (id = ANY');
  expect(used.join()).toContain('service_account_secret_service_account_id_index');
  expect(used.join()).not.toContain('tenant_id');
});

test('the keys of a page are looked up by its accounts, not among all of the tenant', async () => {
  await client.query(
    `insert into service_account_key (id, service_account_id, kid, thumbprint, algorithms, public_key, created_at)
     select gen_random_uuid(), id, 'kid', id, '{ES256}', '{}', now() from service_account`,
  );
  await client.query('analyze service_account_key');
  const { rows: accounts } = await client.query(
    'select id from service_account where tenant_id = $1 order by created_at limit 50',
    [tenantId],
  );
  const ids = `{${accounts.map(({ id }) => id)}}`;
  const { rows } = await explainPrepared(liveKeysSql, [ids, tenantId]);
  const used = usedOf(flat(rows[0]['QUERY PLAN'][0].Plan));
  expect(used.join()).toContain('service_account_pkey (id = ANY');
  expect(used.join()).toContain('service_account_key_thumbprint_unique');
  expect(used.join()).not.toContain('tenant_id');
});

test('the trusts of a page are looked up by its accounts, not among all of the tenant', async () => {
  await client.query(
    `insert into service_account_trust (
       id, service_account_id, issuer_name, issuer, subject, audience, claims, digest, created_at
     )
     select gen_random_uuid(), id, 'ci', 'https://ci.example.com', 'x', 'y', '[]', id, now() from service_account`,
  );
  await client.query('analyze service_account_trust');
  const { rows: accounts } = await client.query(
    'select id from service_account where tenant_id = $1 order by created_at limit 50',
    [tenantId],
  );
  const ids = `{${accounts.map(({ id }) => id)}}`;
  const { rows } = await explainPrepared(liveTrustsSql, [ids, tenantId]);
  const used = usedOf(flat(rows[0]['QUERY PLAN'][0].Plan));
  expect(used.join()).toContain('service_account_pkey (id = ANY');
  expect(used.join()).toContain('service_account_trust_digest_unique');
  expect(used.join()).not.toContain('tenant_id');
});

test('there is a plan for each filter of the schema', async () => {
  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
  const input = schema.getType('ServiceAccountFilter') as GraphQLInputObjectType;
  const planned = new Set(filters.flatMap(([filter]) => Object.keys(filter)));
  expect([...planned].sort()).toEqual(Object.keys(input.getFields()).sort());
});
