import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let admin: Somebody;
let other: Somebody;
let owner: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  other = await somebody(gateway);
  owner = await somebody(gateway, admin.tenant, 'super_admin');
});
afterAll(() => gateway.close());

let made = 0;
/** The permission of a test, which is new for each test. */
let name: string;
beforeEach(async () => {
  name = `thing-${++made}:use`;
  await gateway.sql('insert into permission (name, description) values ($1, $1)', [name]);
});

const remove = (force = false) => ({
  document:
    'mutation ($input: DeletePermissionInput!) { deletePermission(input: $input) { permission { name } serviceAccountCount } }',
  variables: { input: { name, force } },
});
const isThere = async () => (await gateway.sql('select from permission where name = $1', [name])).length > 0;
const eventsOf = (target: string) =>
  gateway.sql(
    'select action, tenant_id, caller_id, before, after from audit_event where target = $1 order by occurred_at, id',
    [target],
  );

test('a permission that no account has is deleted, and the audit log has its description', async () => {
  const { document, variables } = remove();
  expect(await owner.run(document, variables)).toEqual({
    deletePermission: { permission: { name }, serviceAccountCount: 0 },
  });
  expect(await isThere()).toBe(false);
  expect(await eventsOf(name)).toEqual([
    {
      action: 'permission.delete',
      tenant_id: null,
      caller_id: 'a super_admin',
      before: { description: name, isDefault: false, restricted: false },
      after: null,
    },
  ]);
});

describe.each(['active', 'deleted'])('a permission of an account that is %s', (state) => {
  let account: { id: string };
  beforeEach(async () => {
    account = await admin.create({ permissions: ['api:read', name] });
    if (state === 'deleted') await admin.rest('DELETE', `/${account.id}`);
  });

  test('is not deleted without force', async () => {
    const { document, variables } = remove();
    expect(await owner.refused(document, variables)).toMatchObject({
      code: 'CONFLICT',
      details: { field: 'name', count: 1 },
    });
    expect(await isThere()).toBe(true);
    expect(await eventsOf(name)).toEqual([]);
  });

  test('is taken from it with force, and its audit log tells so', async () => {
    const { version } = (await admin.rest('GET', `/${account.id}`)).body.data;
    const { document, variables } = remove(true);
    expect(await owner.run(document, variables)).toMatchObject({
      deletePermission: { serviceAccountCount: 1 },
    });
    const { data } = (await admin.rest('GET', `/${account.id}`)).body;
    expect(data).toMatchObject({ permissions: ['api:read'], version: version + 1 });
    expect((await eventsOf(account.id)).at(-1)).toEqual({
      action: 'service_account.set_permissions',
      tenant_id: admin.tenant,
      caller_id: 'a super_admin',
      before: { permissions: ['api:read', name] },
      after: { permissions: ['api:read'] },
    });
  });
});

test('with force it is taken from accounts of all tenants', async () => {
  for (const one of [admin, admin, other]) await one.create({ permissions: [name] });
  const { document, variables } = remove(true);
  expect(await owner.run(document, variables)).toMatchObject({
    deletePermission: { serviceAccountCount: 3 },
  });
  expect(await gateway.sql('select from service_account where $1 = any (permissions)', [name])).toEqual([]);
});

test('an unknown permission is NOT_FOUND', async () => {
  name = 'nothing:there';
  const { document, variables } = remove(true);
  expect(await owner.refused(document, variables)).toMatchObject({
    code: 'NOT_FOUND',
    details: { field: 'name' },
  });
});

test('over REST ?force=true says it', async () => {
  await admin.create({ permissions: [name] });
  const ask = (query: string) =>
    gateway.request(`/api/v1/admin/permission/${name}${query}`, { method: 'DELETE', headers: owner.headers });
  expect(await ask('')).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  expect(await ask('?force=perhaps')).toMatchObject({ status: 400, body: { details: { field: 'force' } } });
  const { status, body } = await ask('?force=true');
  expect(status).toBe(200);
  expect(body.data).toEqual({
    permission: { name, description: name, isDefault: false, restricted: false },
    serviceAccountCount: 1,
    audienceCount: 0,
  });
});

test('an account that is being granted it at that moment does not keep it', async () => {
  const { id } = await admin.create({ permissions: [] });
  // The update waits after it has found the permission in the catalog, and before it commits.
  await gateway.sql(`
    create function hesitate() returns trigger language plpgsql as $$
      begin perform pg_sleep(0.5); return new; end $$;
    create trigger hesitate before update on service_account for each row
      when (new.permissions @> array['${name}']) execute function hesitate()`);
  const granted = admin.rest('PUT', `/${id}/permissions`, { permissions: [name] });
  // Other tests sleep in databases of the same server.
  await until(
    `exists (select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep')`,
  );
  const { document, variables } = remove(true);
  expect(await owner.run(document, variables)).toMatchObject({
    deletePermission: { serviceAccountCount: 1 },
  });
  expect((await granted).status).toBe(200);
  expect((await admin.rest('GET', `/${id}`)).body.data.permissions).toEqual([]);
});

test('simultaneous creates that ask for it get it, and lose it, or learn that it does not exist', async () => {
  const { document, variables } = remove(true);
  const create = () => admin.rest('POST', '/create', { permissions: [name] });
  const [answers] = await Promise.all([
    Promise.all(Array.from({ length: 6 }, create)),
    owner.run(document, variables),
    Promise.all(Array.from({ length: 6 }, create)),
  ]);
  expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true);
  expect(await isThere()).toBe(false);
  expect(await gateway.sql('select from service_account where $1 = any (permissions)', [name])).toEqual([]);
});

/** Waits until a condition in SQL holds. */
async function until(condition: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const [row] = await gateway.sql<{ holds: boolean }>(`select ${condition} as holds`);
    if (row?.holds) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it does not come to: ${condition}`);
}
