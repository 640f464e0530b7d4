import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const put = (id: string, body?: unknown, query = '') => admin.rest('PUT', `/${id}/ip-list${query}`, body);

test('PUT sets the list, and GET returns it', async () => {
  const { id } = await admin.create();
  const set = await put(id, { ipAllowlist: ['10.0.0.0/8', '::1'] });
  expect([set.status, set.body]).toEqual([
    200,
    {
      success: true,
      message: 'IP allowlist set successfully',
      data: { id, ipAllowlist: ['10.0.0.0/8', '::1/128'], version: 2 },
      timestamp: expect.any(String),
    },
  ]);
  const got = await admin.rest('GET', `/${id}/ip-list`);
  expect([got.status, got.body]).toEqual([
    200,
    { ...set.body, message: 'IP allowlist read successfully', timestamp: expect.any(String) },
  ]);
});

test.each([[null], [[]]])('PUT with %j removes the list', async (ipAllowlist) => {
  const { id } = await admin.create({ ipAllowlist: ['10.0.0.0/8'] });
  const { body } = await put(id, { ipAllowlist });
  expect(body.data).toEqual({ id, ipAllowlist: null, version: 2 });
});

test('PUT changes nothing else, and takes the expected version', async () => {
  const { id } = await admin.create({ owner: 'Ops' });
  const before = (await admin.rest('GET', `/${id}`)).body.data;
  expect((await put(id, { ipAllowlist: ['::1'], expectedVersion: 2 })).body.code).toBe('CONFLICT');
  expect((await put(id, { ipAllowlist: ['::1'], expectedVersion: 1 })).status).toBe(200);
  const after = (await admin.rest('GET', `/${id}`)).body.data;
  expect(after).toEqual({ ...before, ipAllowlist: ['::1/128'], version: 2, updatedAt: after.updatedAt });
});

test.each<[string, unknown, string]>([
  ['no body', undefined, 'ipAllowlist: is required'],
  ['an empty body', {}, 'ipAllowlist: is required'],
  ['only a version', { expectedVersion: 1 }, 'ipAllowlist: is required'],
  ['another field of an account', { ipAllowlist: null, owner: 'Ops' }, 'owner: is not a known field'],
  ['an unknown field', { ipAllowlist: null, constructor: 1 }, 'constructor: is not a known field'],
  [
    'the ID',
    { ipAllowlist: null, id: 'sa-x' },
    'id: must not be in the body, because it is part of the path',
  ],
])('PUT with %s and the body %j is rejected: %s', async (_what, body, message) => {
  const { id } = await admin.create();
  const answer = await put(id, body);
  expect([answer.status, answer.body.code, answer.body.message]).toEqual([400, 'BAD_USER_INPUT', message]);
  expect((await admin.rest('GET', `/${id}`)).body.data.version).toBe(1);
});

test('PUT names a query parameter, which it does not have', async () => {
  const { id } = await admin.create();
  expect((await put(id, { ipAllowlist: null }, '?ipAllowlist=x')).body.details).toEqual({
    field: 'ipAllowlist',
  });
});

test.each(['GET', 'PUT'])('%s of an account that does not exist is NOT_FOUND', async (method) => {
  const id = 'sa-01a20c22-786a-709c-a17d-4bad25863cd0';
  const body = method === 'PUT' ? { ipAllowlist: null } : undefined;
  expect((await admin.rest(method, `/${id}/ip-list`, body)).body.code).toBe('NOT_FOUND');
});

test('PUT of a deleted account is rejected', async () => {
  const { id } = await admin.create();
  await admin.rest('DELETE', `/${id}`);
  const { status, body } = await put(id, { ipAllowlist: null });
  const patched = await admin.rest('PATCH', `/${id}`, { ipAllowlist: null });
  expect([status, body.code, body.message]).toEqual([
    patched.status,
    patched.body.code,
    patched.body.message,
  ]);
  expect(status).toBe(409);
});
