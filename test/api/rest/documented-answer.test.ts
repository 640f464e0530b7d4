import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { looksLikeSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { type Answer, createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';

const documented = JSON.parse(readFileSync('test/api/rest/documented-response.json', 'utf8'));
const person = {
  sub: '1876278a-3634-4833-b73e-1536d806e117',
  name: 'Deepak purohit',
  email: 'deepak.purohit@rezolve.ai',
};

let gateway: Gateway;
let tenant: string;
let answer: Answer;

/** Returns the headers of the documented curl, and no others. */
async function documentedHeaders() {
  const token = await gateway.issuer.sign({ ...person, roles: ['tenant_admin'], tenants: [tenant] });
  return { accept: 'application/json', authorization: `Bearer ${token}`, 'x-tenantid': tenant };
}

beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant({ name: 'Acme Corporation' });
  answer = await send(gateway.url + createPath, { headers: await documentedHeaders() });
});
afterAll(() => gateway.close());

/** Returns the keys at each level in their order. */
const outline = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, inner]) => [key, outline(inner)])
    : typeof value;

test('the documented curl answers with 200 and JSON', () => {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test('the answer has the documented keys in the documented order at each level', () => {
  expect(outline(answer.body)).toEqual(outline(documented));
});

test('everything that does not differ from call to call is as documented', () => {
  expect(answer.body).toMatchObject({
    success: true,
    message: documented.message,
    data: {
      type: documented.data.type,
      status: documented.data.status,
      permissions: documented.data.permissions,
      createdBy: documented.data.createdBy,
      tenant: { id: tenant, name: documented.data.tenant.name },
    },
  });
});

test('the id is sa- and a UUID of version 7', () => {
  expect(answer.body.data.id).toMatch(/^sa-[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test('the name tells the second of createdAt in UTC', () => {
  const { name, createdAt } = answer.body.data;
  expect(name).toMatch(/^service-account-\d{14}$/);
  expect(name).toBe(`service-account-${createdAt.slice(0, 19).replace(/\D/g, '')}`);
});

test('the client id is sa_client_ and twelve hexadecimal digits', () => {
  expect(answer.body.data.clientId).toMatch(/^sa_client_[\da-f]{12}$/);
});

test('the secret has its form and its checksum', () => {
  expect(answer.body.data.clientSecret).toMatch(/^sa_secret_[\da-z]{38}$/);
  expect(looksLikeSecret(answer.body.data.clientSecret)).toBe(true);
});

test('times are ISO 8601 in UTC with milliseconds, and now', () => {
  for (const time of [answer.body.data.createdAt, answer.body.timestamp]) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(30_000);
  }
  expect(answer.body.timestamp >= answer.body.data.createdAt).toBe(true);
});

test('the answer is not to be stored', () => {
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('a creator without name and email is reported with null for both', async () => {
  const token = await gateway.issuer.sign({ sub: 'a robot', roles: ['super_admin'] });
  const { body } = await gateway.create({ authorization: `Bearer ${token}`, 'x-tenantid': tenant });
  expect(body.data.createdBy).toEqual({ id: 'a robot', name: null, email: null });
});

test('the tenant header may be in capitals, and the answer has the id in lower case', async () => {
  const { body } = await gateway.create({
    ...(await documentedHeaders()),
    'x-tenantid': tenant.toUpperCase(),
  });
  expect(body.data.tenant.id).toBe(tenant);
});

test('a request id that is given comes back', async () => {
  const given = { ...(await documentedHeaders()), 'x-request-id': 'proxy:4711/a+b=c' };
  expect((await gateway.create(given)).headers.get('x-request-id')).toBe('proxy:4711/a+b=c');
});

test.each([
  ['that is missing', undefined],
  ['that is empty', ''],
  ['with a space', 'two words'],
  ['with markup', '<script>'],
  ['that is not ASCII', 'caf\u00e9'],
  ['that is too long', 'x'.repeat(129)],
])('a request id %s is replaced by a UUID', async (_what, id) => {
  const given = { ...(await documentedHeaders()), ...(id !== undefined && { 'x-request-id': id }) };
  const { status, headers } = await send(gateway.url + createPath, { headers: given });
  expect(status).toBe(200);
  expect(headers.get('x-request-id')).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
});
