import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { deleteDocument, rest, setAudience, trailOf } from './audience-calls.js';

let gateway: Gateway;
let admin: Somebody;
let owner: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  owner = await somebody(gateway, admin.tenant, 'super_admin');
});
afterAll(() => gateway.close());

const isThere = async (uri: string) =>
  (await gateway.sql('select from audience where uri = $1', [uri])).length > 0;

test('an audience is deleted, answered as it was, and the audit log of its tenant has it', async () => {
  const uri = 'https://one.example.com/mcp';
  const audience = await setAudience(owner, { uri, tenantId: admin.tenant });
  expect(await owner.run(deleteDocument, { input: { uri } })).toEqual({ deleteAudience: { audience } });
  expect(await isThere(uri)).toBe(false);
  expect((await trailOf(gateway, uri)).at(-1)).toEqual({
    action: 'audience.delete',
    tenant_id: admin.tenant,
    caller_id: 'a super_admin',
    outcome: 'success',
    before: { name: 'Tools', permissions: ['api:read'] },
    after: null,
  });
  expect(await setAudience(owner, { uri, tenantId: null })).toMatchObject({ tenantId: null });
});

test('over REST the URI is a query parameter, and an empty path is the path /', async () => {
  const audience = await setAudience(owner, { uri: 'https://two.example.com' });
  const { status, body } = await rest(gateway, owner, 'DELETE', { uri: 'https://two.example.com/' });
  expect([status, body.data]).toEqual([200, audience]);
  expect(await isThere('https://two.example.com')).toBe(false);
});

test('an unknown audience is NOT_FOUND', async () => {
  const { status, body } = await rest(gateway, owner, 'DELETE', { uri: 'https://nowhere.example.com' });
  expect([status, body.code, body.details]).toEqual([404, 'NOT_FOUND', { field: 'uri' }]);
  expect(body.message).toBe('uri: the audience catalog does not contain this URI');
});

test.each(['', 'a b', 'x\u0000', '\u00fc', 'x'.repeat(256)])('%j cannot be an audience', async (uri) => {
  const { status, body } = await rest(gateway, owner, 'DELETE', { uri });
  expect([status, body.details]).toEqual([400, { field: 'uri' }]);
});

test('without a URI, the request is invalid', async () => {
  const { status, body } = await rest(gateway, owner, 'DELETE');
  expect([status, body.details]).toEqual([400, { field: 'uri' }]);
});

test('of two deletions at the same time, one finds it', async () => {
  const uri = 'https://three.example.com';
  await setAudience(owner, { uri });
  const said = await Promise.all([1, 2].map(() => rest(gateway, owner, 'DELETE', { uri })));
  expect(said.map(({ status }) => status).sort()).toEqual([200, 404]);
});

test('the audiences of a tenant are deleted with it, and the audit log tells of each', async () => {
  const tenantId = await gateway.createTenant();
  const [own, others] = ['https://own.example.com', 'https://all.example.com'];
  await setAudience(owner, { uri: own, tenantId });
  await setAudience(owner, { uri: others });
  await owner.run('mutation ($id: ID!) { deleteTenant(input: { id: $id }) { tenant { id } } }', {
    id: tenantId,
  });
  expect([await isThere(own), await isThere(others)]).toEqual([false, true]);
  expect((await trailOf(gateway, own)).at(-1)).toEqual({
    action: 'audience.delete',
    tenant_id: tenantId,
    caller_id: 'a super_admin',
    outcome: 'success',
    before: { name: 'Tools', permissions: ['api:read'] },
    after: null,
  });
});
