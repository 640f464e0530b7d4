import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { type SuperAdmin, superAdmin } from '../super-admin.js';

const query = `query ($first: Int, $after: String, $last: Int, $before: String,
    $filter: TenantFilter, $orderBy: TenantOrder) {
  tenants(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount nodes { name } edges { cursor node { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

/** Tenants that were created a day apart, except for the last two. Two of them have the same name. */
const names = ['Caf\u00e9 100%', 'acme', 'Zebra_1', 'acme', 'Bolt'];

let gateway: Gateway;
let operator: SuperAdmin;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await superAdmin(gateway);
  for (const [n, name] of names.entries()) {
    const id = await gateway.createTenant({ name, status: n === 2 ? 'suspended' : 'active', limit: n });
    await gateway.sql(
      `update tenant set created_at = '2026-01-01Z'::timestamptz + $2 * interval '1 day' where id = $1`,
      [id, Math.min(n, 3)],
    );
  }
});
afterAll(() => gateway.close());

type Variables = Record<string, unknown>;
type Tenant = { name: string };
const list = async (variables: Variables) => (await operator.run(query, variables)).tenants;
const namesIn = ({ nodes }: { nodes: Tenant[] }) => nodes.map(({ name }) => name);

test.each<[string, Variables, string[]]>([
  ['nothing', {}, names],
  ['null', { status: null, search: null, externalId: null }, names],
  ['a status', { status: ['SUSPENDED'] }, ['Zebra_1']],
  ['both statuses', { status: ['SUSPENDED', 'ACTIVE'] }, names],
  ['a text, in capitals or not', { search: 'ACM' }, ['acme', 'acme']],
  ['a text with a space around it', { search: ' ebra ' }, ['Zebra_1']], // cspell:ignore ebra
  ['a text in another normal form', { search: 'cafe\u0301' }, ['Caf\u00e9 100%']],
  ['a text that is a pattern', { search: '0%' }, ['Caf\u00e9 100%']],
  ['a percent sign, which stands for nothing else', { search: 'a%e' }, []],
  ['an underscore, which stands for nothing else', { search: 'ac_e' }, []],
  ['all of it', { status: ['SUSPENDED'], search: 'acme' }, []],
])('a filter by %s, and its count', async (_what, filter, found) => {
  const answer = await list({ filter, orderBy: { field: 'CREATED_AT', direction: 'ASC' } });
  expect(namesIn(answer).toSorted()).toEqual(found.toSorted());
  expect(answer.totalCount).toBe(found.length);
});

describe('a filter by an external ID', () => {
  const realms = ['acme', 'partner'] as const;
  let byRealm: Record<(typeof realms)[number], string>;
  beforeAll(async () => {
    const stored = await gateway.sql<Tenant & { id: string }>('select id, name from tenant');
    const idOf = (name: string) => stored.find((tenant) => tenant.name === name)?.id ?? '';
    byRealm = { acme: 'Bolt', partner: 'Zebra_1' };
    for (const realm of realms)
      await gateway.sql(
        'insert into tenant_external_id (realm, external_id, tenant_id) values ($1, $2, $3)',
        [realm, 'org & 1', idOf(byRealm[realm])],
      );
  });

  test.each(realms)('finds the tenant that has it in the realm %s', async (realm) => {
    const answer = await list({ filter: { externalId: { realm, id: 'org & 1' } } });
    expect({ names: namesIn(answer), totalCount: answer.totalCount }).toEqual({
      names: [byRealm[realm]],
      totalCount: 1,
    });
    const { body } = await operator.rest('GET', `?realm=${realm}&externalId=org%20%26%201`);
    expect(body.data).toMatchObject([{ name: byRealm[realm], externalIds: [{ realm, id: 'org & 1' }] }]);
  });

  test.each([
    ['in another case', { realm: 'acme', id: 'Org & 1' }, {}],
    ['with a text like it', { realm: 'acme', id: 'org %' }, {}],
    ['in a realm that is not configured', { realm: 'nowhere', id: 'org & 1' }, {}],
    ['of a tenant that does not match otherwise', { realm: 'acme', id: 'org & 1' }, { search: 'zebra' }],
  ])('finds nothing %s', async (_what, externalId, more) => {
    expect(await list({ filter: { externalId, ...more } })).toMatchObject({ nodes: [], totalCount: 0 });
  });

  test('over REST says which parameter is missing', async () => {
    expect((await operator.rest('GET', '?realm=acme')).body.message).toBe(
      'realm: requires the parameter externalId',
    );
    expect((await operator.rest('GET', '?externalId=x')).body.message).toBe(
      'externalId: requires the parameter realm',
    );
  });
});

test('the newest come first unless another order is asked for', async () => {
  expect(namesIn(await list({})).slice(2)).toEqual(['Zebra_1', 'acme', 'Caf\u00e9 100%']);
});

const orders = ['CREATED_AT', 'NAME'].flatMap((field) =>
  ['ASC', 'DESC'].map((direction) => ({ field, direction })),
);

describe.each(orders)('by $field $direction', (orderBy) => {
  test.each([1, 2, 5])('pages of %i hold all of them, both ways', async (size) => {
    const forwards: unknown[] = [];
    const backwards: unknown[] = [];
    const whole = await list({ orderBy });
    let page = await list({ orderBy, first: size });
    forwards.push(...page.edges);
    for (let n = 0; n < 9 && page.pageInfo.hasNextPage; n++) {
      page = await list({ orderBy, first: size, after: page.pageInfo.endCursor });
      expect(page.pageInfo.hasPreviousPage).toBe(true);
      forwards.push(...page.edges);
    }
    page = await list({ orderBy, last: size });
    backwards.unshift(...page.edges);
    for (let n = 0; n < 9 && page.pageInfo.hasPreviousPage; n++) {
      page = await list({ orderBy, last: size, before: page.pageInfo.startCursor });
      backwards.unshift(...page.edges);
    }
    expect(forwards).toEqual(whole.edges);
    expect(backwards).toEqual(whole.edges);
  });
});

test('tenants are in the requested order', async () => {
  const stored = await gateway.sql<Tenant>('select name from tenant order by name');
  const answer = await list({ orderBy: { field: 'NAME', direction: 'ASC' } });
  expect(namesIn(answer)).toEqual(stored.map(({ name }) => name));
});

test('a cursor remains valid when its tenant no longer exists, and new ones repeat none', async () => {
  const orderBy = { field: 'NAME', direction: 'ASC' };
  const id = await gateway.createTenant({ name: '0' });
  const { pageInfo } = await list({ orderBy, first: 1 });
  await gateway.sql('delete from tenant where id = $1', [id]);
  expect(namesIn(await list({ orderBy, after: pageInfo.endCursor }))).toHaveLength(names.length);
});

test('over REST it is a list with a page and a link', async () => {
  const { status, headers, body } = await operator.rest(
    'GET',
    '?first=1&orderBy=createdAt&status=active,suspended',
  );
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    message: 'Tenants listed successfully',
    data: [
      {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        name: 'Caf\u00e9 100%',
        status: 'active',
        serviceAccountLimit: 0,
        serviceAccountCount: 0,
        remaining: 0,
        secretMaxAgeDays: null,
        maxTokenLifetimeSeconds: null,
        externalIds: [],
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
    page: { next: expect.any(String), hasMore: true },
    timestamp: expect.any(String),
  });
  const [, link = ''] =
    /<https:\/\/gateway\.example\.com\/api\/v1\/admin\/tenant([^>]+)>; rel="next"/.exec(
      headers.get('link') ?? '',
    ) ?? [];
  const next = await operator.rest('GET', link);
  expect(next.body.data).toMatchObject([{ name: 'acme' }]);
  expect((await operator.rest('GET', '?search=BOLT')).body.data).toMatchObject([{ name: 'Bolt' }]);
});

test('a tenant with an id of whatever version is a place to continue from', async () => {
  await gateway.createTenant({ id: '22222222-2222-2222-2222-222222222222', name: 'AAA' });
  const orderBy = { field: 'NAME', direction: 'DESC' };
  const { pageInfo } = await list({ last: 1, orderBy });
  const { nodes } = await list({ last: 1, before: pageInfo.startCursor, orderBy });
  expect(nodes).toHaveLength(1);
});
