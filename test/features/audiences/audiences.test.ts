import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { fields, rest, setAudience } from './audience-calls.js';

let gateway: Gateway;
let admin: Somebody;
let other: Somebody;
let owner: Somebody;
const [all, own, later, theirs] = ['a', 'b', 'c', 'd'].map((name) => `https://${name}.example.com`) as [
  string,
  string,
  string,
  string,
];
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  other = await somebody(gateway);
  owner = await somebody(gateway, admin.tenant, 'super_admin');
  await setAudience(owner, { uri: later, tenantId: admin.tenant });
  await setAudience(owner, { uri: theirs, tenantId: other.tenant });
  await setAudience(owner, { uri: own, tenantId: admin.tenant });
  await setAudience(owner, { uri: all });
});
afterAll(() => gateway.close());

const list = (args = '') =>
  `{ audiences${args} { nodes { uri } totalCount pageInfo { hasNextPage hasPreviousPage } } }`;
const uris = (nodes: { uri: string }[]) => nodes.map(({ uri }) => uri);

test.each(['tenant_viewer', 'tenant_admin', 'super_admin'] as const)(
  'a %s sees the audiences of its tenant and of all tenants, by URI',
  async (role) => {
    const reader = await somebody(gateway, admin.tenant, role);
    const { audiences } = await reader.run(list());
    expect(uris(audiences.nodes)).toEqual([all, own, later]);
    expect(audiences.totalCount).toBe(3);
  },
);

test('another tenant sees its own instead', async () => {
  const { audiences } = await other.run(list());
  expect(uris(audiences.nodes)).toEqual([all, theirs]);
});

test('over REST, page by page, with all that the catalog has', async () => {
  const said: unknown[] = [];
  for (let after = ''; ; ) {
    const { body } = await rest(gateway, admin, 'GET', { first: '2', ...(after && { after }) });
    said.push(...body.data);
    if (!body.page.next) break;
    after = body.page.next;
  }
  const { audiences } = await admin.run(`{ audiences { edges { node { ${fields} } } } }`);
  expect(said).toEqual(audiences.edges.map(({ node }: { node: unknown }) => node));
  expect(said).toHaveLength(3);
});

test('backward, too', async () => {
  const { audiences } = await admin.run(list('(last: 2)'));
  expect(uris(audiences.nodes)).toEqual([own, later]);
  expect(audiences.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
});

test('a tenant without audiences has an empty page, and a tenant that does not exist has none', async () => {
  await owner.run(
    'mutation { deleteAudience(input: { uri: "https://a.example.com" }) { audience { uri } } }',
  );
  const { audiences } = await (await somebody(gateway)).run(list());
  expect(audiences).toMatchObject({ nodes: [], totalCount: 0 });
  const headers = await gateway.as('super_admin', '3fa85f64-5717-4562-b3fc-2c963f66afa6');
  const { status, body } = await rest(gateway, { headers }, 'GET');
  expect([status, body.message]).toEqual([404, 'The tenant does not exist']);
  await setAudience(owner, { uri: all });
});

test('a cursor of another tenant leads nowhere', async () => {
  const { audiences } = await other.run('{ audiences(first: 1) { pageInfo { endCursor } } }');
  const { status, body } = await rest(gateway, admin, 'GET', { after: audiences.pageInfo.endCursor });
  expect([status, body.details]).toEqual([400, { field: 'after' }]);
});

test('allAudiences lists those of every tenant, page by page', async () => {
  const page = async (args: string) =>
    (await owner.run(`{ allAudiences${args} { nodes { uri tenantId } totalCount pageInfo { endCursor } } }`))
      .allAudiences;
  const first = await page('(first: 3)');
  const rest = await page(`(first: 3, after: "${first.pageInfo.endCursor}")`);
  expect([...first.nodes, ...rest.nodes]).toEqual([
    { uri: all, tenantId: null },
    { uri: own, tenantId: admin.tenant },
    { uri: later, tenantId: admin.tenant },
    { uri: theirs, tenantId: other.tenant },
  ]);
  expect(first.totalCount).toBe(4);
});
