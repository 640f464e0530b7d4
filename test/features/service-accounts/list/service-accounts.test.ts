import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';

const query = `query ($first: Int, $after: String, $last: Int, $before: String,
    $filter: ServiceAccountFilter, $orderBy: ServiceAccountOrder) {
  serviceAccounts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount nodes { name } edges { cursor node { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

/** The accounts of the tenant, which are created, used and expiring a day apart from each other. */
const accounts = [
  {
    name: 'alpha',
    description: 'Nightly 100% export',
    owner: 'Ops',
    contact: 'ops@example.com',
    permissions: ['api:read'],
  },
  { name: 'Bravo_1', labels: [{ key: 'team', value: 'billing' }] },
  { name: 'charlie', owner: 'Dev', labels: [{ key: 'team', value: 'export' }], permissions: [] },
  { name: 'delta', description: 'bravo', labels: [{ key: 'tier', value: 'billing' }] },
  { name: 'echo' },
  { name: 'foxtrot' },
];

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  for (const account of accounts) await admin.create(account);
  const other = await somebody(gateway);
  for (const account of accounts.slice(0, 2)) await other.create(account);
  await gateway.sql(
    `update service_account set
       created_at = '2026-01-01Z'::timestamptz + n * interval '1 day',
       last_used_at = case when n < 3 then '2026-02-06Z'::timestamptz - n * interval '1 day' end,
       expires_at = case when n < 4 then '2027-01-01Z'::timestamptz + n * interval '1 day' end,
       created_by_id = case when n = 5 then 'eve' else created_by_id end,
       created_by_realm = case when n = 4 then 'partner' else created_by_realm end
     from (values ('alpha', 0), ('Bravo_1', 1), ('charlie', 2), ('delta', 3), ('echo', 4), ('foxtrot', 5)) as v (named, n)
     where name = named`,
  );
  const ids = Object.fromEntries(
    (
      await gateway.sql<{ id: string; name: string }>(
        'select id, name from service_account where tenant_id = $1',
        [admin.tenant],
      )
    ).map(({ id, name }) => [name, `sa-${id}`]),
  );
  await admin.rest('POST', `/${ids.echo}/disable`);
  await admin.rest('DELETE', `/${ids.foxtrot}`);
});
afterAll(() => gateway.close());

const namesIn = (connection: { nodes: { name: string }[] }) => connection.nodes.map(({ name }) => name);

const list = async (variables: Record<string, unknown>) =>
  (await admin.run(query, variables)).serviceAccounts;

const oldest = { field: 'CREATED_AT', direction: 'ASC' };

test.each<[string, Record<string, unknown>, string[]]>([
  ['nothing', {}, ['alpha', 'Bravo_1', 'charlie', 'delta', 'echo']],
  ['null', { status: null, search: null }, ['alpha', 'Bravo_1', 'charlie', 'delta', 'echo']],
  ['a status', { status: ['DISABLED'] }, ['echo']],
  ['deleted ones', { status: ['DELETED'] }, ['foxtrot']],
  ['several statuses', { status: ['DELETED', 'DISABLED'] }, ['echo', 'foxtrot']],
  ['a permission', { permission: 'api:read' }, ['alpha', 'Bravo_1', 'delta', 'echo']],
  ['a permission that none has', { permission: 'api:delete' }, []],
  ['a label', { labels: [{ key: 'team', value: 'billing' }] }, ['Bravo_1']],
  ['a label of any value', { labels: [{ key: 'team' }] }, ['Bravo_1', 'charlie']],
  ['labels, of which it has one', { labels: [{ key: 'team' }, { key: 'tier' }] }, []],
  ['no labels', { labels: [] }, ['alpha', 'Bravo_1', 'charlie', 'delta', 'echo']],
  ['an owner', { owner: 'Ops' }, ['alpha']],
  ['a contact', { contact: 'ops@example.com' }, ['alpha']],
  ['a contact that none has', { contact: 'dev@example.com' }, []],
  ['a text in name or description', { search: 'bravo' }, ['Bravo_1', 'delta']],
  ['a text with a space around it', { search: ' export ' }, ['alpha']],
  ['a text in another normal form', { search: 'cafe\u0301' }, []],
  ['a text that is a pattern', { search: '100%' }, ['alpha']],
  ['a text that is a pattern elsewhere', { search: 'o_1' }, ['Bravo_1']],
  ['a percent sign, which stands for nothing else', { search: 'a%a' }, []],
  ['an underscore, which stands for nothing else', { search: 'r_vo' }, []],
  ['a backslash', { search: '\\' }, []],
  [
    'who created it',
    { createdBy: { id: 'a tenant_admin' } },
    ['alpha', 'Bravo_1', 'charlie', 'delta', 'echo'],
  ],
  ['who created it, by realm', { createdBy: { realm: 'partner', id: 'a tenant_admin' } }, ['echo']],
  ['created after', { createdAfter: '2026-01-03T00:00:00Z' }, ['charlie', 'delta', 'echo']],
  ['created before', { createdBefore: '2026-01-03T00:00:00Z' }, ['alpha', 'Bravo_1']],
  ['used after', { lastUsedAfter: '2026-02-05T00:00:00Z' }, ['alpha', 'Bravo_1']],
  ['used before', { lastUsedBefore: '2026-02-05T00:00:00Z' }, ['charlie']],
  ['unused since', { unusedSince: '2026-02-05T00:00:00Z' }, ['charlie', 'delta', 'echo']],
  ['unused since it was made', { unusedSince: '2026-01-04T12:00:00Z' }, ['delta']],
  ['expiring after', { expiresAfter: '2027-01-03T00:00:00Z' }, ['charlie', 'delta']],
  ['expiring before', { expiresBefore: '2027-01-03T00:00:00Z' }, ['alpha', 'Bravo_1']],
  [
    'all of it together',
    { search: 'a', permission: 'api:read', createdAfter: '2026-01-02T00:00:00Z' },
    ['Bravo_1', 'delta'],
  ],
])('a filter by %s', async (_what, filter, names) => {
  const page = await list({ filter, orderBy: oldest });
  expect(namesIn(page)).toEqual(names);
  expect(page.totalCount).toBe(names.length);
});

test.each<[string, string, string[]]>([
  ['CREATED_AT', 'ASC', ['alpha', 'Bravo_1', 'charlie', 'delta', 'echo']],
  ['CREATED_AT', 'DESC', ['echo', 'delta', 'charlie', 'Bravo_1', 'alpha']],
  ['LAST_USED_AT', 'DESC', ['alpha', 'Bravo_1', 'charlie']],
])('in the order of %s %s', async (field, direction, names) => {
  expect(namesIn(await list({ orderBy: { field, direction } })).slice(0, names.length)).toEqual(names);
});

test('the newest come first where nothing is said', async () => {
  expect(namesIn(await list({}))).toEqual(['echo', 'delta', 'charlie', 'Bravo_1', 'alpha']);
});

interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

/** Reads a list to its end. @returns the names on each page */
async function pages(size: number, variables: Record<string, unknown>, backward = false) {
  const found: string[][] = [];
  let cursor: string | null = null;
  for (;;) {
    const way: Record<string, unknown> = backward
      ? { last: size, before: cursor }
      : { first: size, after: cursor };
    const page: { nodes: { name: string }[]; pageInfo: PageInfo } = await list({
      ...variables,
      ...way,
    });
    found.push(namesIn(page));
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(backward ? hasPreviousPage : hasNextPage)) return found;
    cursor = backward ? startCursor : endCursor;
  }
}

test.each(['CREATED_AT', 'NAME', 'LAST_USED_AT'])(
  'pages in the order of %s have each account once, both ways',
  async (field) => {
    for (const direction of ['ASC', 'DESC']) {
      const orderBy = { field, direction };
      const all = namesIn(await list({ orderBy }));
      expect([...all].sort()).toEqual(['Bravo_1', 'alpha', 'charlie', 'delta', 'echo']);
      expect(await pages(2, { orderBy })).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
      expect(await pages(2, { orderBy }, true)).toEqual([all.slice(3), all.slice(1, 3), all.slice(0, 1)]);
    }
  },
);

test('a page tells whether there is more, before and after', async () => {
  const first = await list({ first: 5 });
  expect(first.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  const middle = await list({ first: 1, after: first.edges[1].cursor });
  expect(middle.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  expect(middle.pageInfo.endCursor).toBe(first.edges[2].cursor);
  const none = await list({ filter: { owner: 'nobody' } });
  expect(none).toEqual({
    totalCount: 0,
    nodes: [],
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});

test('who reads on misses nothing when accounts come and go during that time', async () => {
  const reader = await somebody(gateway);
  for (const name of ['a', 'b', 'c', 'd']) await reader.create({ name });
  const byName = { first: 2, orderBy: { field: 'NAME', direction: 'ASC' } };
  const { serviceAccounts: start } = await reader.run(query, byName);
  const gone = await reader.rest('GET', '?search=b');
  await reader.rest('DELETE', `/${gone.body.data[0].id}`);
  await reader.create({ name: 'aa' });
  const { serviceAccounts: next } = await reader.run(query, { ...byName, after: start.pageInfo.endCursor });
  expect([namesIn(start), namesIn(next)]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

test('over REST a list has a page, and a Link to the next that is followed as it is', async () => {
  const { body, headers } = await admin.rest(
    'GET',
    '?first=2&orderBy=-createdAt&status=active&status=disabled',
  );
  expect(Object.keys(body)).toEqual(['success', 'message', 'data', 'page', 'timestamp']);
  expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['echo', 'delta']);
  expect(body.page).toEqual({ next: expect.any(String), hasMore: true });
  const link = /^<https:\/\/gateway\.example\.com(\/api\/.*)>; rel="next"$/.exec(
    headers.get('link') ?? '',
  )?.[1];
  const next = await gateway.request(link ?? '', { headers: admin.headers });
  expect(next.body.data.map(({ name }: { name: string }) => name)).toEqual(['charlie', 'Bravo_1']);
  const last = await admin.rest(
    'GET',
    `?first=2&orderBy=-createdAt&after=${next.body.page.next}&status=active,disabled`,
  );
  expect(last.body.page).toEqual({ next: null, hasMore: false });
  expect(last.headers.get('link')).toBeNull();
});

test.each([
  ['label', 'labels=team:billing', ['Bravo_1']],
  ['label of any value', 'labels=team', ['charlie', 'Bravo_1']],
  ['labels', 'labels=team&labels=tier', []],
  ['owner', 'owner=Ops', ['alpha']],
  ['contact', 'contact=ops@example.com', ['alpha']],
  ['permission', 'permission=api:read&search=alpha', ['alpha']],
  ['creator', 'createdBy=a%20tenant_admin&search=alpha', ['alpha']],
  ['times', 'createdAfter=2026-01-02T00:00:00Z&createdBefore=2026-01-03T00:00:00Z', ['Bravo_1']],
  ['last use', 'lastUsedAfter=2026-02-05T00:00:00Z&lastUsedBefore=2026-02-06T00:00:00Z', ['Bravo_1']],
  ['disuse', 'unusedSince=2026-01-04T12:00:00Z', ['delta']],
  ['expiry', 'expiresAfter=2027-01-03T00:00:00Z&expiresBefore=2027-01-04T00:00:00Z', ['charlie']],
  ['overdue secrets', 'secretOverdue=true', []],
])('a list over REST takes a filter by %s', async (_what, parameters, names) => {
  const { body } = await admin.rest('GET', `?${parameters}`);
  expect(body.data?.map(({ name }: { name: string }) => name)).toEqual(names);
});

test.each([
  ['text', 'first: must be a whole number'],
  ['1.5', 'first: must be a whole number'],
  ['101', 'first: must be from 1 to 100'],
  ['99999999999', 'first: must be from -2147483648 to 2147483647'],
])('a list over REST says what is wrong with first=%s', async (first, message) => {
  const { status, body } = await admin.rest('GET', `?first=${first}`);
  expect([status, body.message]).toEqual([400, message]);
});

test('a super_admin learns that a tenant does not exist', async () => {
  const nowhere = await somebody(gateway, crypto.randomUUID(), 'super_admin');
  expect(await nowhere.refused(query)).toMatchObject({ code: 'NOT_FOUND' });
});

test('each account of a page has its own secrets', async () => {
  const { serviceAccounts } = await admin.run('{ serviceAccounts { nodes { name secrets { hint } } } }');
  const hints = serviceAccounts.nodes.map((node: { secrets: { hint: string }[] }) =>
    node.secrets.map(({ hint }) => hint),
  );
  const rows = await gateway.sql<{ hint: string }>(
    `select hint from service_account_secret join service_account account on account.id = service_account_id
     where tenant_id = $1 and status <> 'deleted' order by account.created_at desc`,
    [admin.tenant],
  );
  expect(hints).toEqual(rows.map(({ hint }) => [hint]));
});

const many = (count: number, text: (alias: string) => string) =>
  Array.from({ length: count }, (_, n) => text(`a${n}`)).join(' ');

test.each([
  [
    'labels again and again',
    `serviceAccounts(first: $n) { nodes { ${many(29, (a) => `${a}: labels { key value }`)} } }`,
  ],
  [
    'the page again and again',
    `serviceAccounts(first: $n) { ${many(29, (a) => `${a}: nodes { labels { value } }`)} }`,
  ],
  ['many pages', many(29, (a) => `${a}: serviceAccounts(first: $n) { nodes { labels { key } } }`)],
  ['many counts', `serviceAccounts(first: $n) { ${many(29, (a) => `${a}: totalCount`)} }`],
  [
    'labels behind a fragment',
    `...All } fragment All on Query { serviceAccounts(first: $n) { nodes { ${many(29, (a) => `...${a}`)} } } } ${many(29, (a) => `fragment ${a} on ServiceAccount { ${a}: labels { value } }`)} fragment None on Query { __typename`,
  ],
])('%s are too much, whatever the variable says', async (_what, selection) => {
  const document = (arguments_: string) =>
    `query (${arguments_}) { ${selection} }`.replace(/ fragment None.*/, '');
  const ask = (n: number | undefined) => admin.refused(document('$n: Int'), { n });
  for (const n of [100, undefined]) {
    expect(await ask(n)).toMatchObject({ details: { limit: 'cost', maximum: 34_000 } });
  }
});

test('what a page of a few asks for is not too much', async () => {
  await admin.run(
    `query ($n: Int) { serviceAccounts(first: $n) { nodes { ${many(29, (a) => `${a}: labels { key value }`)} } } }`,
    { n: 5 },
  );
});

test('a count under many names is counted once', async () => {
  const { serviceAccounts } = await admin.run(
    `{ serviceAccounts(filter: { search: "a" }) { ${many(5, (a) => `${a}: totalCount`)} } }`,
  );
  expect(new Set(Object.values(serviceAccounts)).size).toBe(1);
});

test('a page of 100 accounts with all that they have is within the limits of a document', async () => {
  const all = `id name description owner labels { key value } clientId type status permissions createdAt
    createdBy { realm id name email } updatedAt lastUsedAt expiresAt deletedAt expired version
    tokenLifetimeSeconds ipAllowlist
    secrets { id hint createdAt expiresAt revokedAt lastUsedAt overdue }
    tenant {
      id name status serviceAccountLimit serviceAccountCount remaining secretMaxAgeDays maxTokenLifetimeSeconds createdAt
    }`;
  const { serviceAccounts } = await admin.run(
    `{ serviceAccounts(first: 100) { totalCount edges { cursor node { ${all} } } pageInfo { hasNextPage endCursor } } }`,
  );
  expect(serviceAccounts.edges).toHaveLength(5);
});
