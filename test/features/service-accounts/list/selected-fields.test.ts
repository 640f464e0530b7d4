import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { columnSet } from '../../../../src/features/service-accounts/list/selected-columns.js';
import { defaultOrder } from '../../../../src/features/service-accounts/list/service-accounts.order.js';
import { listStatement } from '../../../../src/features/service-accounts/list/service-accounts.sql.js';
import { shownColumns } from '../../../../src/features/service-accounts/service-account.entity.js';
import { ServiceAccountStatus } from '../../../../src/features/service-accounts/service-account.type.js';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

// The list reads only the columns of the fields that a request selects. A field whose columns are missing would be null.

let gateway: Gateway;
let admin: Somebody;
let id: string;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  const account = await admin.create({
    name: 'full',
    description: 'An account that has a value in each field',
    owner: 'Ops',
    contact: 'ops@example.com',
    labels: [{ key: 'team', value: 'ops' }],
    permissions: ['api:read'],
    expiresAt: new Date(Date.now() + 3_600_000),
    tokenLifetimeSeconds: 600,
    ipAllowlist: ['192.0.2.0/24'],
  });
  id = account.id;
  expect((await admin.rest('DELETE', `/${id}`)).status).toBe(200);
  await gateway.sql(
    `update service_account
     set last_used_at = now() - interval '1 hour', expires_at = now() - interval '1 minute' where tenant_id = $1`,
    [admin.tenant],
  );
});
afterAll(() => gateway.close());

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const fields = (schema.getType('ServiceAccount') as GraphQLObjectType).getFields();

/** Selects the leaves of a type, or the IDs of a page. */
function leavesOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const inside = Object.values(named.getFields());
  if (inside.some(({ name }) => name === 'nodes')) return '{ nodes { id } }';
  return `{ ${inside.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name)} }`;
}

const page = 'serviceAccounts(first: 1, filter: { status: [DELETED] })';

test.each(Object.values(fields))(
  'the field $name has its value if nothing else is selected',
  async ({ name, type }) => {
    const selection = `${name} ${leavesOf(type)}`;
    const data = await admin.run(
      `{ nodes: ${page} { nodes { ${selection} } }
       edges: ${page} { edges { node { ${selection} } } }
       serviceAccount(id: "${id}") { ${selection} } }`,
    );
    expect(data.serviceAccount[name]).not.toBeNull();
    expect(data.nodes.nodes).toEqual([data.serviceAccount]);
    expect(data.edges.edges).toEqual([{ node: data.serviceAccount }]);
  },
);

/** The values of the account that the tests below select in different ways. */
const shown = {
  description: 'An account that has a value in each field',
  owner: 'Ops',
  contact: 'ops@example.com',
};

test('fields in fragments have their values', async () => {
  const data = await admin.run(
    `{ ${page} { ...Page ... on ServiceAccountConnection { edges { node { ... on Node { ...Contact } } } } } }
     fragment Page on ServiceAccountConnection { nodes { description } edges { node { ... { owner } } } }
     fragment Contact on ServiceAccount { contact }`,
  );
  const { description, ...rest } = shown;
  expect(data.serviceAccounts).toEqual({ nodes: [{ description }], edges: [{ node: rest }] });
});

test('fields of pages that are merged have their values', async () => {
  const data = await admin.run(
    `{ ${page} { nodes { description } } ...More ${page} { nodes { owner } } }
     fragment More on Query { ${page} { nodes { contact } } }`,
  );
  expect(data.serviceAccounts.nodes).toEqual([shown]);
});

test('fields have their values each time that a variable includes them', async () => {
  const query = `query ($more: Boolean!) {
    ${page} { nodes { owner } } ${page} @include(if: $more) { nodes { contact description @skip(if: false) } }
  }`;
  const nodes = async (more: boolean) => (await admin.run(query, { more })).serviceAccounts.nodes;
  expect(await nodes(false)).toEqual([{ owner: shown.owner }]);
  expect(await nodes(true)).toEqual([shown]);
  expect(await nodes(false)).toEqual([{ owner: shown.owner }]);
});

test('fields with aliases have their values', async () => {
  const data = await admin.run(
    `{ a: ${page} { nodes { owner: description } } b: ${page} { nodes { name: owner contact } } }`,
  );
  expect(data.a.nodes).toEqual([{ owner: shown.description }]);
  expect(data.b.nodes).toEqual([{ name: shown.owner, contact: shown.contact }]);
});

test('cursors hold in each order if no other field is selected', async () => {
  for (const field of ['CREATED_AT', 'NAME', 'LAST_USED_AT']) {
    const ordered = page.replace(')', `, orderBy: { field: ${field}, direction: ASC })`);
    const all = await admin.run(`{ ${ordered} { edges { cursor node { createdAt name lastUsedAt } } } }`);
    const { serviceAccounts } = await admin.run(`{ ${ordered} { edges { cursor } } }`);
    expect(serviceAccounts.edges).toEqual([{ cursor: all.serviceAccounts.edges[0].cursor }]);
  }
});

test('the statement reads the ID and the selected columns only', async () => {
  const tenantId = admin.tenant;
  const { text, values } = listStatement({
    tenantId,
    filter: { status: [ServiceAccountStatus.DELETED] },
    order: defaultOrder,
    page: { size: 1, backward: false, cursor: undefined },
    position: undefined,
    columns: columnSet(['owner', 'version']),
  });
  const [row] = await gateway.sql<Record<string, unknown>>(text, values);
  const read = shownColumns.filter((name) => row?.[name] !== null);
  expect(read).toEqual(['id', 'owner', 'version']);
});
