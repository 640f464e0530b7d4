import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type PermissionCall, permissionCalls } from './permission-calls.js';

let gateway: Gateway;
let admin: Somebody;
let owner: Somebody;
let rest: PermissionCall;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  owner = await somebody(gateway, admin.tenant, 'super_admin');
  rest = permissionCalls(gateway, owner);
});
afterAll(() => gateway.close());
const stored = (name: string) =>
  gateway.sql('select description, is_default, restricted from permission where name = $1', [name]);
const events = (target: string) =>
  gateway.sql(
    `select action, tenant_id, caller_id, outcome, before, after from audit_event
     where target = $1 order by occurred_at, id`,
    [target],
  );

const set =
  'mutation ($input: SetPermissionInput!) { setPermission(input: $input) { permission { name description isDefault restricted } } }';
const invoices = { name: 'invoices:read', description: 'Read invoices', isDefault: false, restricted: true };

describe('setPermission', () => {
  test('adds a permission, and the audit log of no tenant tells it', async () => {
    expect(await owner.run(set, { input: invoices })).toEqual({ setPermission: { permission: invoices } });
    const { name, description, isDefault, restricted } = invoices;
    expect(await stored(name)).toEqual([{ description, is_default: isDefault, restricted }]);
    expect(await events(name)).toEqual([
      {
        action: 'permission.set',
        tenant_id: null,
        caller_id: 'a super_admin',
        outcome: 'success',
        before: null,
        after: { description, isDefault, restricted },
      },
    ]);
  });

  test('over REST an omitted field is false: PUT replaces', async () => {
    const name = 'orders:cancel';
    await owner.run(set, { input: { ...invoices, name } });
    const { status, body } = await rest('PUT', `/${name}`, { description: 'Cancel orders' });
    expect(status).toBe(200);
    expect(body.data).toEqual({ name, description: 'Cancel orders', isDefault: false, restricted: false });
    const [, change] = await events(name);
    expect(change).toMatchObject({
      before: { description: 'Read invoices', isDefault: false, restricted: true },
      after: { description: 'Cancel orders', isDefault: false, restricted: false },
    });
  });

  test('that changes nothing is not recorded', async () => {
    const input = { ...invoices, name: 'twice:set' };
    await owner.run(set, { input });
    await owner.run(set, { input });
    expect(await events('twice:set')).toHaveLength(1);
  });

  test('a default is what new accounts get', async () => {
    await owner.run(set, { input: { ...invoices, name: 'news:read', isDefault: true, restricted: false } });
    expect((await admin.create()).permissions).toEqual(['api:read', 'api:write', 'news:read']);
    await owner.run(
      'mutation { deletePermission(input: { name: "news:read", force: true }) { serviceAccountCount } }',
    );
  });

  test('20 at the same time leave one of them, and an event each', async () => {
    const name = 'busy:set';
    const descriptions = Array.from({ length: 20 }, (_, number) => `Number ${number}`);
    await Promise.all(
      descriptions.map((description) => owner.run(set, { input: { ...invoices, name, description } })),
    );
    expect(await stored(name)).toHaveLength(1);
    const trail = await events(name);
    expect(trail).toHaveLength(20);
    expect(trail.filter(({ before }) => before === null)).toHaveLength(1);
  });

  test.each([
    ['name', 'Invoices:read'],
    ['name', 'invoices'],
    ['name', 'invoices:*'],
    ['name', '1invoices:read'],
    ['name', `${'x'.repeat(51)}:read`],
    ['description', ''],
    ['description', 'x'.repeat(256)],
    ['description', 'two\nlines'],
  ])('names %s for %j', async (field, value) => {
    const input = { ...invoices, name: 'wrong:input', [field]: value };
    expect(await owner.refused(set, { input })).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
    expect(await stored(input.name)).toEqual([]);
    const { name, ...body } = input;
    const answer = await rest('PUT', `/${encodeURIComponent(name)}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.details).toEqual({ field });
  });

  test('a default cannot be restricted: no tenant_admin could create an account without naming permissions', async () => {
    const input = { ...invoices, name: 'both:ways', isDefault: true };
    expect(await owner.refused(set, { input })).toMatchObject({ details: { field: 'restricted' } });
    expect(await stored('both:ways')).toEqual([]);
  });

  test('the error for a permission that must be restricted names isDefault, and following it succeeds', async () => {
    const name = 'oauth:introspect_all';
    const [before] = await stored(name);
    for (const restricted of [true, false]) {
      const { status, body } = await rest('PUT', `/${name}`, {
        description: 'Introspect',
        isDefault: true,
        restricted,
      });
      expect([status, body.details]).toEqual([400, { field: 'isDefault' }]);
      expect(body.message).toContain('isDefault: must be false for oauth:introspect_all');
    }
    expect(await stored(name)).toEqual([before]);
    const followed = { description: 'Introspect', isDefault: false, restricted: true };
    expect((await rest('PUT', `/${name}`, followed)).status).toBe(200);
  });
});
