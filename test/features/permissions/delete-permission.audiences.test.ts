import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { untilLocked } from '../../harness/until-locked.js';
import { setAudience, setDocument, trailOf } from '../audiences/audience-calls.js';

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
/** The permission and the audience of a test. */
let name: string;
let uri: string;
beforeEach(async () => {
  name = `thing-${++made}:use`;
  uri = `https://thing-${made}.example.com`;
  await gateway.sql('insert into permission (name, description) values ($1, $1)', [name]);
});

const document = `mutation ($input: DeletePermissionInput!) {
  deletePermission(input: $input) { permission { name } serviceAccountCount audienceCount }
}`;
const permissionsOf = async (one: string) =>
  (await gateway.sql('select permissions from audience where uri = $1', [one]))[0]?.permissions;

test('a permission that an audience knows is not deleted without force', async () => {
  await setAudience(owner, { uri, permissions: [name, 'api:read'] });
  await admin.create({ permissions: [name] });
  expect(await owner.refused(document, { input: { name } })).toMatchObject({
    code: 'CONFLICT',
    details: { field: 'name', count: 1, deleted: 0, audiences: 1 },
  });
  expect(await permissionsOf(uri)).toEqual(['api:read', name]);
});

test('nor is a permission that only an audience knows', async () => {
  await setAudience(owner, { uri, permissions: [name] });
  const { body } = await owner.graphql(document, { input: { name } });
  expect(body.errors[0].message).toBe(
    'name: the permission is still in use (service accounts: 0, of which deleted: 0; audiences: 1); remove it from them, or set force to true',
  );
});

test('with force it is taken from the audiences of all tenants, and their audit logs tell so', async () => {
  await setAudience(owner, { uri, permissions: [name, 'api:read'], tenantId: admin.tenant });
  await setAudience(owner, { uri: `${uri}/all`, permissions: [name] });
  expect(await owner.run(document, { input: { name, force: true } })).toEqual({
    deletePermission: { permission: { name }, serviceAccountCount: 0, audienceCount: 2 },
  });
  expect([await permissionsOf(uri), await permissionsOf(`${uri}/all`)]).toEqual([['api:read'], []]);
  expect((await trailOf(gateway, uri)).at(-1)).toMatchObject({
    action: 'audience.set',
    tenant_id: admin.tenant,
    caller_id: 'a super_admin',
    before: { permissions: ['api:read', name] },
    after: { permissions: ['api:read'] },
  });
  const [left] = await gateway.sql('select updated_at > created_at as later from audience where uri = $1', [
    uri,
  ]);
  expect(left).toEqual({ later: true });
});

test('over REST, ?force=true counts the audiences, too', async () => {
  await setAudience(owner, { uri, permissions: [name] });
  const { body } = await gateway.request(`/api/v1/admin/permission/${name}?force=true`, {
    method: 'DELETE',
    headers: owner.headers,
  });
  expect(body.data).toMatchObject({ serviceAccountCount: 0, audienceCount: 1 });
});

test('an audience that is being set at that moment does not keep it', async () => {
  // The insert waits after it has found the permission in the catalog, and before it commits.
  await gateway.sql(`
    create function hesitate() returns trigger language plpgsql as $$
      begin perform pg_sleep(0.5); return new; end $$;
    create trigger hesitate before insert on audience for each row execute function hesitate()`);
  const setting = owner.run(setDocument, { input: { uri, name: 'Late', permissions: [name, 'api:read'] } });
  const isSleeping = `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
  while ((await gateway.sql(isSleeping)).length === 0);
  const deleting = owner.run(document, { input: { name, force: true } });
  await untilLocked(gateway);
  await setting;
  expect((await deleting).deletePermission.audienceCount).toBe(1);
  expect(await permissionsOf(uri)).toEqual(['api:read']);
});
