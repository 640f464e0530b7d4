import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { mcp, rest, setAudience, setDocument, trailOf } from './audience-calls.js';

let gateway: Gateway;
let admin: Somebody;
let owner: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  owner = await somebody(gateway, admin.tenant, 'super_admin');
});
afterAll(() => gateway.close());

let made = 0;
const newUri = () => `https://mcp-${++made}.example.com`;
const stored = (uri: string) =>
  gateway.sql('select name, permissions, tenant_id from audience where uri = $1', [uri]);
const refused = (input: Record<string, unknown>) =>
  owner.refused(setDocument, { input: { ...mcp, ...input } });

test('an audience of a tenant is stored, and the audit log of the tenant tells it', async () => {
  const uri = newUri();
  const permissions = ['api:write', 'api:read'];
  const said = await setAudience(owner, { uri, permissions, tenantId: admin.tenant.toUpperCase() });
  const sorted = ['api:read', 'api:write'];
  expect(said).toEqual({
    uri,
    name: 'Tools',
    permissions: sorted,
    tenantId: admin.tenant,
    createdAt: expect.any(String),
    updatedAt: said.createdAt,
  });
  expect(await stored(uri)).toEqual([{ name: 'Tools', permissions: sorted, tenant_id: admin.tenant }]);
  expect(await trailOf(gateway, uri)).toEqual([
    {
      action: 'audience.set',
      tenant_id: admin.tenant,
      caller_id: 'a super_admin',
      outcome: 'success',
      before: null,
      after: { uri, name: 'Tools', permissions: sorted },
    },
  ]);
});

test('over REST, an audience of all tenants is replaced, and keeps the time of its creation', async () => {
  const uri = newUri();
  const { createdAt } = await setAudience(owner, { uri });
  const body = { uri, name: 'More tools', permissions: ['api:write'] };
  const { status, body: said } = await rest(gateway, owner, 'PUT', {}, body);
  expect([status, said.message]).toEqual([200, 'Audience set successfully']);
  expect(said.data).toEqual({ ...body, tenantId: null, createdAt, updatedAt: expect.any(String) });
  expect(said.data.updatedAt > createdAt).toBe(true);
  expect((await trailOf(gateway, uri)).at(-1)).toMatchObject({
    tenant_id: null,
    before: { uri, name: 'Tools', permissions: ['api:read'] },
    after: body,
  });
});

test('what changes nothing is not recorded', async () => {
  const uri = newUri();
  const first = await setAudience(owner, { uri });
  expect(await setAudience(owner, { uri })).toEqual(first);
  expect(await trailOf(gateway, uri)).toHaveLength(1);
});

test.each(['', '?version=2'])(
  'with %j, an empty path is the path /, and the last spelling counts',
  async (query) => {
    const origin = newUri();
    const [bare, slash] = [`${origin}${query}`, `${origin}/${query}`];
    await setAudience(owner, { uri: bare });
    expect(await setAudience(owner, { uri: slash })).toMatchObject({ uri: slash });
    expect(await stored(bare)).toEqual([]);
    expect(await trailOf(gateway, slash)).toMatchObject([{ before: { uri: bare }, after: { uri: slash } }]);
  },
);

test.each([
  'https://a.example.com/mcp/',
  'http://127.0.0.1:8080/mcp?x=1',
  'urn:example:tools',
  'api://a/b%2Fc',
])('%s is an audience', async (uri) => {
  expect(await setAudience(owner, { uri })).toMatchObject({ uri });
});

describe('the tenant of an audience stays', () => {
  test.each([
    ['one of all tenants', () => null, () => admin.tenant, 'is for all tenants'],
    ['one of a tenant', () => admin.tenant, () => null, 'belongs to another tenant'],
    ['one of a tenant', () => admin.tenant, () => gateway.createTenant(), 'belongs to another tenant'],
  ])('%s is a conflict for another', async (_what, first, second, fault) => {
    const uri = newUri();
    await setAudience(owner, { uri, tenantId: first() });
    const before = await stored(uri);
    const body = { ...mcp, uri, name: 'Taken', tenantId: await second() };
    expect((await rest(gateway, owner, 'PUT', {}, body)).body).toMatchObject({
      code: 'CONFLICT',
      message: `tenantId: the audience ${fault}; delete it first to change that`,
      details: { field: 'tenantId' },
    });
    expect(await stored(uri)).toEqual(before);
  });
});

test('a tenant that does not exist is NOT_FOUND', async () => {
  const uri = newUri();
  const tenantId = randomUUID();
  expect(await refused({ uri, tenantId })).toMatchObject({
    code: 'NOT_FOUND',
    details: { field: 'tenantId' },
  });
  expect(await stored(uri)).toEqual([]);
});

test('permissions that the catalog does not contain are named', async () => {
  const body = { ...mcp, uri: newUri(), permissions: ['api:read', 'api:fly'] };
  expect((await rest(gateway, owner, 'PUT', {}, body)).body).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'permissions: the permission catalog does not contain api:fly',
  });
});

test('20 at the same time leave one of them, and an entry each', async () => {
  const uri = newUri();
  const names = Array.from({ length: 20 }, (_, number) => `Number ${number}`);
  await Promise.all(names.map((name) => setAudience(owner, { uri, name })));
  expect(await stored(uri)).toHaveLength(1);
  const trail = await trailOf(gateway, uri);
  expect(trail).toHaveLength(20);
  expect(trail.filter(({ before }) => before === null)).toHaveLength(1);
});

test('a suspended tenant has audiences, too', async () => {
  const tenantId = await gateway.createTenant({ status: 'suspended' });
  expect(await setAudience(owner, { uri: newUri(), tenantId })).toMatchObject({ tenantId });
});
