import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { changesOf } from './changes-of.js';

const fields = `id name description owner contact labels { key value } permissions status expiresAt tokenLifetimeSeconds ipAllowlist
  version createdAt updatedAt deletedAt tenant { serviceAccountCount }`;
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
  contact: 'ops@example.com',
  labels: [{ key: 'team', value: 'billing' }],
  expiresAt: '2999-01-01T00:00:00.000Z',
  tokenLifetimeSeconds: 300,
  ipAllowlist: ['192.0.2.0/24'],
};

const change = async (id: string, input: Record<string, unknown>) =>
  (await admin.run(update, { input: { id, ...input } })).updateServiceAccount.serviceAccount;

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a name', { name: 'another' }, { name: 'another' }],
  ['a name in another normal form', { name: 'cafe\u0301' }, { name: 'caf\u00e9' }],
  ['a description', { description: 'two\nlines' }, { description: 'two\nlines' }],
  ['no description', { description: null }, { description: null }],
  ['no owner', { owner: null }, { owner: null }],
  ['a contact', { contact: 'dev@example.com' }, { contact: 'dev@example.com' }],
  ['no contact', { contact: null }, { contact: null }],
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
  ['a token lifetime', { tokenLifetimeSeconds: 60 }, { tokenLifetimeSeconds: 60 }],
  ['an IP allowlist', { ipAllowlist: ['::1'] }, { ipAllowlist: ['::1/128'] }],
  ['no IP allowlist', { ipAllowlist: null }, { ipAllowlist: null }],
  ['an empty IP allowlist', { ipAllowlist: [] }, { ipAllowlist: null }],
  ['no token lifetime', { tokenLifetimeSeconds: null }, { tokenLifetimeSeconds: null }],
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

test('an update is recorded with the old and new values of the fields that changed', async () => {
  const { id } = await admin.create({ ...full, name: 'recorded' });
  await change(id, { name: 'recorded', owner: 'Dev', labels: [], ipAllowlist: ['192.0.2.7'] });
  expect(await changesOf(gateway, id)).toEqual([
    {
      action: 'service_account.update',
      caller_id: 'a tenant_admin',
      before: { owner: 'Ops', labels: { team: 'billing' }, ipAllowlist: ['192.0.2.0/24'] },
      after: { owner: 'Dev', labels: { team: null }, ipAllowlist: ['192.0.2.7/32'] },
    },
  ]);
});

test('of the labels, an update records the keys that changed', async () => {
  const others = Array.from({ length: 29 }, (_, n) => ({ key: `key-${n}`, value: 'x'.repeat(255) }));
  const labels = (changing: Record<string, string>) => [
    ...others,
    ...Object.entries(changing).map(([key, value]) => ({ key, value })),
  ];
  const { id } = await admin.create({ labels: labels({ team: 'a', constructor: 'b' }) });
  await change(id, { labels: labels({ team: 'c', constructor: 'b', toString: '' }) });
  await change(id, { labels: labels({ team: 'c' }) });
  const changes = await changesOf(gateway, id);
  expect(changes.map(({ before, after }) => [before, after])).toEqual([
    [{ labels: { team: 'a', toString: null } }, { labels: { team: 'c', toString: '' } }],
    [{ labels: { constructor: 'b', toString: '' } }, { labels: { constructor: null, toString: null } }],
  ]);
});

test('an update that changes nothing gets a response, and is not recorded', async () => {
  const { id } = await admin.create(full);
  const same = await change(id, full);
  expect(same.version).toBe(1);
  expect((await admin.rest('PATCH', `/${id}`)).body.data.version).toBe(1);
  expect(await changesOf(gateway, id)).toEqual([]);
});

test('with the expected version an update takes place, with another one it is a CONFLICT', async () => {
  const { id } = await admin.create();
  expect(await change(id, { owner: 'first', expectedVersion: 1 })).toMatchObject({ version: 2 });
  const late = await admin.rest('PATCH', `/${id}`, { owner: 'second', expectedVersion: 1 });
  expect(late).toMatchObject({
    status: 409,
    body: {
      code: 'CONFLICT',
      message: 'expectedVersion: the service account is at version 2; read it again before you change it',
      details: { field: 'expectedVersion', version: 2 },
    },
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

test('of updates at the same time that expect one version, one takes place', async () => {
  const { id } = await admin.create();
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => admin.rest('PATCH', `/${id}`, { owner: `${n}`, expectedVersion: 1 })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  expect(await changesOf(gateway, id)).toHaveLength(1);
});

test('a name that another account has is a CONFLICT, and nothing of the update is done', async () => {
  const other = await admin.create({ name: 'taken' });
  const { id } = await admin.create();
  const { status, body } = await admin.rest('PATCH', `/${id}`, { name: 'taken', owner: 'Ops' });
  const details = { field: 'name', serviceAccountId: other.id };
  expect([status, body.code, body.details]).toEqual([409, 'CONFLICT', details]);
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
