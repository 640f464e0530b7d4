import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

const fields = `id name description owner labels { key value } permissions status expiresAt version
  createdAt updatedAt deletedAt tenant { serviceAccountCount }`;
const update = `mutation ($input: UpdateServiceAccountInput!) {
  updateServiceAccount(input: $input) { serviceAccount { ${fields} } } }`;

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const full = {
  description: 'Exports',
  owner: 'Ops',
  labels: [{ key: 'team', value: 'billing' }],
  expiresAt: '2999-01-01T00:00:00.000Z',
};

const change = async (id: string, input: Record<string, unknown>) =>
  (await admin.run(update, { input: { id, ...input } })).updateServiceAccount.serviceAccount;

/** What the trail tells of an account after its creation. */
const trailOf = (id: string) =>
  gateway.sql<{ action: string }>(
    `select action, caller_id, before, after from audit_event
     where target = $1 and action <> 'service_account.create' order by occurred_at, id`,
    [id],
  );

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a name', { name: 'another' }, { name: 'another' }],
  ['a name in another normal form', { name: 'cafe\u0301' }, { name: 'caf\u00e9' }],
  ['a description', { description: 'two\nlines' }, { description: 'two\nlines' }],
  ['no description', { description: null }, { description: null }],
  ['no owner', { owner: null }, { owner: null }],
  [
    'labels',
    {
      labels: [
        { key: 'b', value: '' },
        { key: 'a', value: '1' },
      ],
    },
    {
      labels: [
        { key: 'a', value: '1' },
        { key: 'b', value: '' },
      ],
    },
  ],
  ['no labels', { labels: null }, { labels: [] }],
  ['an end', { expiresAt: '2998-01-01T00:00:00Z' }, { expiresAt: '2998-01-01T00:00:00.000Z' }],
  ['no end', { expiresAt: null }, { expiresAt: null }],
])('an update sets %s, and nothing else', async (_what, input, expected) => {
  const { id } = await admin.create(full);
  const before = (await admin.run(`query ($id: ID!) { serviceAccount(id: $id) { ${fields} } }`, { id }))
    .serviceAccount;
  const after = await change(id, input);
  expect(after).toEqual({
    ...before,
    ...expected,
    version: 2,
    updatedAt: after.updatedAt,
    tenant: after.tenant,
  });
  expect(after.updatedAt > before.updatedAt).toBe(true);
  const { body } = await admin.rest('GET', `/${id}`);
  expect(body.data).toMatchObject(expected);
});

test('an expired account is extended', async () => {
  const { id } = await admin.create(full);
  await gateway.sql(`update service_account set expires_at = now() - interval '1 day' where id = $1`, [
    id.slice(3),
  ]);
  const { body } = await admin.rest('PATCH', `/${id}`, { expiresAt: '2999-01-01T00:00:00Z' });
  expect(body.data).toMatchObject({ expired: false, expiresAt: '2999-01-01T00:00:00.000Z' });
});

test('an update is recorded with what was and what is, of the fields that changed', async () => {
  const { id } = await admin.create({ ...full, name: 'recorded' });
  await change(id, { name: 'recorded', owner: 'Dev', labels: [] });
  expect(await trailOf(id)).toEqual([
    {
      action: 'service_account.update',
      caller_id: 'a tenant_admin',
      before: { owner: 'Ops', labels: { team: 'billing' } },
      after: { owner: 'Dev', labels: {} },
    },
  ]);
});

test('an update that changes nothing is answered, and not recorded', async () => {
  const { id } = await admin.create(full);
  const same = await change(id, full);
  expect(same.version).toBe(1);
  expect((await admin.rest('PATCH', `/${id}`)).body.data.version).toBe(1);
  expect(await trailOf(id)).toEqual([]);
});

test('with the expected version an update takes place, with another one it is a CONFLICT', async () => {
  const { id } = await admin.create();
  expect(await change(id, { owner: 'first', expectedVersion: 1 })).toMatchObject({ version: 2 });
  const late = await admin.rest('PATCH', `/${id}`, { owner: 'second', expectedVersion: 1 });
  expect(late).toMatchObject({
    status: 409,
    body: { code: 'CONFLICT', details: { field: 'expectedVersion', version: 2 } },
  });
  expect((await admin.rest('GET', `/${id}`)).body.data).toMatchObject({ owner: 'first', version: 2 });
});

test.each(['PATCH', 'PUT'])('a retry of a %s with its expected version finds it done', async (method) => {
  const { id } = await admin.create();
  const [path, wanted] = method === 'PUT' ? ['/permissions', { permissions: [] }] : ['', { owner: 'first' }];
  const once = await admin.rest(method, `/${id}${path}`, { ...wanted, expectedVersion: 1 });
  const again = await admin.rest(method, `/${id}${path}`, { ...wanted, expectedVersion: 1 });
  expect([again.status, again.body.data]).toEqual([200, once.body.data]);
});

test('of updates at once that expect one version, one takes place', async () => {
  const { id } = await admin.create();
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => admin.rest('PATCH', `/${id}`, { owner: `${n}`, expectedVersion: 1 })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  expect(await trailOf(id)).toHaveLength(1);
});

test('a name that another account has is a CONFLICT, and nothing of the update is done', async () => {
  await admin.create({ name: 'taken' });
  const { id } = await admin.create();
  const { status, body } = await admin.rest('PATCH', `/${id}`, { name: 'taken', owner: 'Ops' });
  expect([status, body.code, body.details]).toEqual([409, 'CONFLICT', { field: 'name' }]);
  expect((await admin.rest('GET', `/${id}`)).body.data).toMatchObject({ owner: null, version: 1 });
});

test('after a change that failed the next one of the same request takes place alone', async () => {
  await admin.create({ name: 'in the way' });
  const { id } = await admin.create();
  const { body } = await gateway.graphql(
    admin.headers,
    `mutation ($id: ID!) {
      a: updateServiceAccount(input: { id: $id, name: "in the way", owner: "lost" }) { serviceAccount { name } }
      b: updateServiceAccount(input: { id: $id, description: "kept" }) { serviceAccount { owner description version } }
    }`,
    { id },
  );
  expect(body.errors).toHaveLength(1);
  expect(body.data).toEqual({
    a: null,
    b: { serviceAccount: { owner: null, description: 'kept', version: 2 } },
  });
});

test('permissions are set, in order, and recorded', async () => {
  const { id } = await admin.create();
  const { body } = await admin.rest('PUT', `/${id}/permissions`, { permissions: ['api:read'] });
  expect(body.data).toMatchObject({ permissions: ['api:read'], version: 2 });
  await admin.rest('PUT', `/${id}/permissions`, { permissions: ['api:write', 'api:read'] });
  await admin.rest('PUT', `/${id}/permissions`, { permissions: [] });
  expect((await trailOf(id)).map(({ action }) => action)).toEqual(
    Array.from({ length: 3 }, () => 'service_account.set_permissions'),
  );
  expect(await trailOf(id)).toMatchObject([
    { before: { permissions: ['api:read', 'api:write'] }, after: { permissions: ['api:read'] } },
    { after: { permissions: ['api:read', 'api:write'] } },
    { after: { permissions: [] } },
  ]);
});

test('a restricted permission is added by a super_admin only, and kept or taken away by others', async () => {
  await gateway.sql(
    `insert into permission (name, description, restricted) values ('keys:sign', 'Sign', true)`,
  );
  const above = await somebody(gateway, admin.tenant, 'super_admin');
  const { id } = await admin.create();
  const set = (who: Somebody, permissions: string[]) =>
    who.rest('PUT', `/${id}/permissions`, { permissions });
  expect((await set(admin, ['keys:sign'])).body).toMatchObject({
    code: 'FORBIDDEN',
    details: { field: 'permissions' },
  });
  expect((await set(above, ['keys:sign'])).body.data.permissions).toEqual(['keys:sign']);
  expect((await set(admin, ['keys:sign', 'api:read'])).status).toBe(200);
  expect((await set(admin, ['api:read'])).status).toBe(200);
  expect((await set(admin, ['keys:sign', 'api:read'])).status).toBe(403);
});

test('disabled and enabled again, and a second time is nothing new', async () => {
  const { id } = await admin.create();
  for (const [verb, status] of [
    ['disable', 'disabled'],
    ['disable', 'disabled'],
    ['enable', 'active'],
    ['enable', 'active'],
  ]) {
    const { body } = await admin.rest('POST', `/${id}/${verb}`);
    expect(body.data.status).toBe(status);
  }
  expect(await trailOf(id)).toMatchObject([
    { action: 'service_account.disable', before: { status: 'active' }, after: { status: 'disabled' } },
    { action: 'service_account.enable', before: { status: 'disabled' }, after: { status: 'active' } },
  ]);
});

test('deleting frees name and place at once, ends the secrets, and can be asked for again', async () => {
  const { tenant } = admin;
  const full = await somebody(gateway, await gateway.createTenant({ limit: 1 }));
  const { id, name } = await full.create({ name: 'only' });
  const first = await full.rest('DELETE', `/${id}`);
  expect(first.body.data).toMatchObject({
    status: 'deleted',
    deletedAt: first.body.data.updatedAt,
    version: 2,
  });
  expect((await full.rest('DELETE', `/${id}`)).body.data).toMatchObject({ version: 2, status: 'deleted' });
  expect((await full.rest('GET', `/${id}/secret`)).body.data).toEqual([]);
  expect((await full.create({ name })).name).toBe('only');
  const { tenant: after } = await full.run('{ tenant { serviceAccountCount remaining } }');
  expect(after).toEqual({ serviceAccountCount: 1, remaining: 0 });
  expect(tenant).not.toBe(full.tenant);
});

test('restored, an account is disabled, without its old secret, and in its place', async () => {
  const { id } = await admin.create({ ...full, name: 'phoenix' });
  const count = async () =>
    (await admin.run('{ tenant { serviceAccountCount } }')).tenant.serviceAccountCount;
  const before = await count();
  await admin.rest('DELETE', `/${id}`);
  expect(await count()).toBe(before - 1);
  const { body } = await admin.rest('POST', `/${id}/restore`);
  expect(body.data).toMatchObject({
    ...full,
    name: 'phoenix',
    status: 'disabled',
    deletedAt: null,
    version: 3,
  });
  expect(await count()).toBe(before);
  expect((await admin.rest('GET', `/${id}/secret`)).body.data).toEqual([]);
  expect((await admin.rest('POST', `/${id}/enable`)).body.data.status).toBe('active');
});

test('an account whose name is taken by now is restored under another one', async () => {
  const { id } = await admin.create({ name: 'wanted' });
  await admin.rest('DELETE', `/${id}`);
  await admin.create({ name: 'wanted' });
  const refused = await admin.rest('POST', `/${id}/restore`);
  expect([refused.status, refused.body.details]).toEqual([409, { field: 'name' }]);
  const { body } = await admin.rest('POST', `/${id}/restore`, { name: 'wanted again' });
  expect(body.data).toMatchObject({ name: 'wanted again', status: 'disabled' });
  expect((await trailOf(id)).at(-1)).toMatchObject({
    before: { name: 'wanted', status: 'deleted' },
    after: { name: 'wanted again', status: 'disabled' },
  });
});

test('the limit is exact when accounts are restored and created at once', async () => {
  const busy = await somebody(gateway, await gateway.createTenant({ limit: 4 }));
  const deleted: string[] = [];
  for (let n = 0; n < 4; n++) deleted.push((await busy.create()).id);
  for (const id of deleted) await busy.rest('DELETE', `/${id}`);
  const answers = await Promise.all([
    ...deleted.map((id) => busy.rest('POST', `/${id}/restore`)),
    ...deleted.map(() => gateway.create(busy.headers)),
  ]);
  const told = answers.map(({ status, body }) => (status === 200 ? 'made' : body.code));
  expect(told.filter((code) => code === 'made')).toHaveLength(4);
  expect(told.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(4);
  const [row] = await gateway.sql(
    `select service_account_count as count,
       (select count(*)::int from service_account where tenant_id = tenant.id and status <> 'deleted') as rows
     from tenant where id = $1`,
    [busy.tenant],
  );
  expect(row).toEqual({ count: 4, rows: 4 });
});

test('any object is found by its id, and an account by its client id', async () => {
  const { id, clientId, name } = await admin.create();
  const { serviceAccountByClientId: found } = await admin.run(
    'query ($clientId: String!) { serviceAccountByClientId(clientId: $clientId) { id secrets { id } } }',
    { clientId },
  );
  expect(found.id).toBe(id);
  const { a, b } = await admin.run(
    `query ($a: ID!, $b: ID!) {
      a: node(id: $a) { __typename id ... on ServiceAccount { name } }
      b: node(id: $b) { __typename id ... on ServiceAccountSecret { hint } }
    }`,
    { a: id, b: found.secrets[0].id },
  );
  expect(a).toEqual({ __typename: 'ServiceAccount', id, name });
  expect(b).toMatchObject({ __typename: 'ServiceAccountSecret', id: found.secrets[0].id });
});

test('HEAD answers as GET does, without a body', async () => {
  const { id } = await admin.create();
  const answer = await admin.rest('HEAD', `/${id}`);
  expect([answer.status, answer.body]).toEqual([200, '']);
});

test('a method that a path does not answer to is told which ones it does', async () => {
  const answer = await admin.rest('PUT', '/sa-1');
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH, DELETE']);
});
