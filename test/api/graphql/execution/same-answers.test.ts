import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Answer, type Gateway, startGateway } from '../../../harness/gateway.js';

let gateway: Gateway;
let callers: Record<string, Somebody>;
let variables: Record<string, unknown>;
beforeAll(async () => {
  gateway = await startGateway();
  const admin = await somebody(gateway);
  const created = [];
  for (const owner of ['Ops', undefined, undefined])
    created.push(
      await admin.create({ owner, permissions: ['api:read'], labels: [{ key: 'a', value: 'b' }] }),
    );
  const [{ id }] = created;
  callers = {
    'an administrator': admin,
    'an operator': await somebody(gateway, admin.tenant, 'super_admin'),
    'a caller of another tenant': await somebody(gateway),
    'a caller of an unknown tenant': await somebody(gateway, randomUUID()),
  };
  Object.assign(callers['a caller of another tenant']?.headers ?? {}, { 'x-tenantid': admin.tenant });
  const input = { id, token: 'eyJhbGciOiJub25lIn0.e30.' };
  variables = { first: 2, hours: 24, id, tenant: admin.tenant, uri: 'https://api.example.com', input };
});
afterAll(() => gateway.close());

/** Returns the text of a file. The variable of each operation has a name that tells what it identifies. */
const textOf = (name: string) =>
  readFileSync(`schema/operations/${name}.graphql`, 'utf8').replace(
    /(TenantById\(|tenantById\(id: )\$id/g,
    '$1$tenant',
  );

/** Returns a committed document with the fragments that it needs. */
function committed(name: string): string {
  const names = new Set([name]);
  for (const each of names)
    for (const [, used = ''] of textOf(each).matchAll(/\.\.\.(\w+)/g)) names.add(used);
  return [...names].map(textOf).join('\n');
}

const committedQueries = readdirSync('schema/operations')
  .map((file) => file.replace('.graphql', ''))
  .filter((name) => /^query /m.test(textOf(name)))
  .map((name): [string, string] => [name, committed(name)]);

const everyField = `id name clientId type status description owner contact permissions labels { key value } createdAt
  createdBy { realm id name email } updatedAt lastUsedAt expiresAt deletedAt expired version __typename
  tenant { id name status serviceAccountCount remaining externalIds { realm id } }`;

const readable: [string, string][] = [
  ...committedQueries,
  [
    'all fields of a page',
    `query ($first: Int) { serviceAccounts(first: $first) { totalCount
    edges { cursor node { ${everyField} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  ],
  [
    'fields with resolvers',
    `query ($id: ID!) { serviceAccount(id: $id) { secrets { id createdAt hint } keys { id } trusts { id }
    tokensIssued { count } auditEvents(first: 1) { nodes { id action } } } }`,
  ],
  [
    'aliases',
    `{ b: serviceAccounts(first: 1) { constructor: nodes { toString: id hasOwnProperty: name } }
    a: tenant { then: id } }`,
  ],
  ['an alias that names the prototype', '{ __proto__: tenant { __proto__: id name } }'],
  [
    'fragments',
    `query ($id: ID!) { serviceAccount(id: $id) { ...A ... on ServiceAccount { name tenant { id } } } }
    fragment A on ServiceAccount { ... { id tenant { name } } }`,
  ],
  ['an interface', 'query ($id: ID!) { node(id: $id) { __typename id ... on ServiceAccount { name } } }'],
  [
    'directives',
    `query ($first: Int, $yes: Boolean = true) {
    serviceAccounts(first: $first) { totalCount @skip(if: $yes) nodes { id @include(if: $yes) } } }`,
  ],
  [
    'the caller',
    '{ viewer { id realm roles allowedOperations tenants { id } tenantRoles { tenant { id } roles } } }',
  ],
  [
    'values in the document',
    'query ($first: Int) { serviceAccounts(first: $first, orderBy: { field: NAME, direction: ASC }, ' +
      'filter: { search: "\\"`$*/\\u0027", status: [ACTIVE] }) { nodes { name status } } }',
  ],
  ['a block string', '{ serviceAccounts(filter: { search: """ `$`{1} "*/ \u2028 """ }) { totalCount } }'],
];

const failing: [string, string][] = [
  ['an invalid cursor', '{ serviceAccounts(after: "x") { nodes { id } } tenant { id } }'],
  ['an ID of another type', '{ serviceAccount(id: "secret-1") { id } }'],
  ['an account that does not exist', `{ tenant { name } serviceAccount(id: "sa-${randomUUID()}") { id } }`],
];

/** Sends a document with the variables that it declares. */
function ask(caller: Somebody, query: string): Promise<Answer> {
  const operation = parse(query).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const names = operation?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  const values = Object.fromEntries(names.map((name) => [name, variables[name]]));
  return caller.graphql(query, values, { 'x-request-id': 'same' });
}

/** Expects that all answers are the same as the first, which graphql-js alone gives. */
async function expectSame(send: () => Promise<Answer>): Promise<void> {
  const answer = async () => {
    const { status, headers, body } = await send();
    // The errors of root fields are in the order in which the database answers.
    const { timestamp: _, errors = [], ...rest } = body;
    const sorted = errors.map((error: unknown) => JSON.stringify(error)).sort();
    return { status, headers: [...headers.keys()], text: JSON.stringify(rest), errors: sorted };
  };
  const first = await answer();
  for (let time = 0; time < 3; time++) expect(await answer()).toEqual(first);
}

test.each([...readable, ...failing])(
  'GraphQL answers a repeated query as before: %s',
  async (_what, query) => {
    for (const caller of Object.values(callers)) await expectSame(() => ask(caller, query));
  },
);

test.each(readable)('a repeated query reads what the caller may see: %s', async (_what, query) => {
  const { body } = await ask(callers['an operator'] as Somebody, query);
  expect(body.errors).toBeUndefined();
});

test.each(['?first=2', '?after=x', '/{id}', '/{id}/secrets', '/sa-x', '?first=x'])(
  'REST answers a repeated request as before: %s',
  async (path) => {
    for (const caller of Object.values(callers)) {
      const read = () =>
        caller.rest('GET', path.replace('{id}', String(variables.id)), undefined, { 'x-request-id': 'same' });
      await expectSame(read);
    }
  },
);

test('each denial of a repeated query is recorded once', async () => {
  const tenant = await gateway.createTenant();
  for (let time = 0; time < 4; time++) {
    const sub = randomUUID();
    const token = await gateway.issuer.sign({ sub, roles: ['tenant_viewer'], tenants: [] });
    const headers = { authorization: `Bearer ${token}`, 'x-tenantid': tenant };
    const { body } = await gateway.graphql(headers, '{ denied: serviceAccounts { nodes { id } } }');
    expect(body.errors).toMatchObject([{ path: ['denied'], extensions: { code: 'FORBIDDEN' } }]);
    const text = 'select action, outcome from audit_event where caller_id = $1';
    expect(await gateway.sql(text, [sub])).toEqual([{ action: 'service_account.read', outcome: 'denied' }]);
  }
});
