import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpuTimeOf } from '../../harness/cpu-time.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { sendRaw } from '../../harness/raw.js';

let gateway: Gateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  headers = { ...(await gateway.as('super_admin', await gateway.createTenant())) };
});
afterAll(() => gateway.close());

// cspell:ignore ller
const notUtf8 = 'contains percent-encoded bytes that are not UTF-8';
const noPercent =
  'contains a percent sign without two hexadecimal digits after it; write a percent sign as %25';

/** Values of a parameter that a lenient reader would change to another text, each with the fault. */
const malformed: [string, string][] = [
  ['%FF', notUtf8],
  ['a%C3', notUtf8],
  ['%C3%28', notUtf8],
  ['%C0%AF', notUtf8], // an overlong slash
  ['%ED%A0%80', notUtf8], // a surrogate
  ['%F4%90%80%80', notUtf8], // above U+10FFFF
  ['M%FCller', notUtf8], // Latin-1
  ['100%', noPercent],
  ['%zz', noPercent],
  ['%u00fc', noPercent],
];

const document = JSON.parse(readFileSync('schema/openapi.json', 'utf8'));
/** Every query parameter of every list, with the path of the list. */
const parameters = Object.entries<Record<string, { parameters: { name: string; in: string }[] }>>(
  document.paths,
)
  .filter(([path]) => !path.includes('{'))
  .flatMap(([path, methods]) =>
    (methods.get?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => ({ path, name })),
  );

test('there are parameters to try', () => {
  expect(parameters.length).toBeGreaterThan(20);
});

test.each(parameters)('bytes that are not UTF-8 are a fault of the parameter: %j', async ({ path, name }) => {
  const { status, body } = await gateway.request(`${path}?${name}=%FF`, { headers });
  expect({ status, message: body.message }).toEqual({ status: 400, message: `${name}: ${notUtf8}` });
});

test.each(parameters)('a null character is a fault of the parameter: %j', async ({ path, name }) => {
  const { status, body } = await gateway.request(`${path}?${name}=%00`, { headers });
  expect([status, body.code]).toEqual([400, 'BAD_USER_INPUT']);
});

test.each(malformed)('REST names the parameter and the fault: %s', async (value, fault) => {
  const { status, body } = await gateway.request(`/api/v1/admin/service-account?first=5&owner=${value}`, {
    headers,
  });
  expect({ status, message: body.message, details: body.details }).toEqual({
    status: 400,
    message: `owner: ${fault}`,
    details: { field: 'owner' },
  });
});

test.each(malformed)('GraphQL names the parameter and the fault: %s', async (value, fault) => {
  const variables = `variables={"search":"${value}"}`;
  const { status, body } = await gateway.request(`/graphql?query={__typename}&${variables}`, { headers });
  expect({ status, message: body.errors[0].message }).toEqual({
    status: 400,
    message: `variables: ${fault}`,
  });
});

test('the name of a parameter is checked as well', async () => {
  const { status, body } = await gateway.request('/api/v1/admin/service-account?own%FFer=a', { headers });
  expect({ status, message: body.message }).toEqual({ status: 400, message: `query: ${notUtf8}` });
});

test('a parameter that is well encoded arrives as it was meant', async () => {
  await gateway.create(headers, { name: 'one', owner: 'M\u00fcller & S\u00f6hne 100%' });
  const owner = 'M%C3%BCller+%26%20S%c3%b6hne+100%25';
  const { status, body } = await gateway.request(`/api/v1/admin/service-account?owner=${owner}`, { headers });
  expect([status, body.data.length]).toEqual([200, 1]);
});

test.each(['%FF', '%C0%AF', '%', '%zz'])('the path is refused for its encoding: %s', async (segment) => {
  const { status, body } = await gateway.request(`/api/v1/admin/service-account/${segment}`, { headers });
  expect([status, body.code, body.details, body.message]).toEqual([
    400,
    'BAD_USER_INPUT',
    { field: 'path' },
    expect.stringContaining('not UTF-8'),
  ]);
});

test('a null character in the path is a malformed ID', async () => {
  const { status, body } = await gateway.request('/api/v1/admin/service-account/%00', { headers });
  expect([status, body.details]).toEqual([400, { field: 'id' }]);
});

test('bytes in the URL that are not encoded are no HTTP', async () => {
  const answer = await sendRaw(
    gateway.url,
    'GET /api/v1/admin/service-account?owner=M\u00fcller HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
  );
  expect([answer.status, answer.body.code]).toEqual([400, 'BAD_REQUEST']);
});

test('a query of wrong encoding is explained only to a caller who may read the list', async () => {
  const { status } = await gateway.request('/api/v1/admin/service-account?owner=%FF');
  expect(status).toBe(401);
});

test('the documented request ignores its query, whatever is in it', async () => {
  const { status } = await gateway.request('/api/v1/admin/service-account/create?x=%FF', {
    method: 'POST',
    headers,
  });
  expect(status).toBe(200);
});

test.each(malformed)('the error of a form names the wrong parameter: %s', async (value, fault) => {
  const { status, body } = await gateway.request('/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&scope=${value}`,
  });
  expect([status, body]).toEqual([
    400,
    { error: 'invalid_request', error_description: `the parameter scope ${fault}` },
  ]);
});

test('a form of bytes that are not UTF-8 is refused', async () => {
  const { status, body } = await gateway.request('/oauth2/introspect', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from('token=M\u00fcller', 'latin1'),
  });
  expect([status, body]).toEqual([
    400,
    { error: 'invalid_request', error_description: 'the request body must be encoded in UTF-8' },
  ]);
});

test.each(['/api/v1/admin/service-account', '/graphql'])(
  'thousands of parameters of one name take little time: %s',
  async (path) => {
    const time = await cpuTimeOf(async () => {
      const { status } = await gateway.request(`${path}?${'a&'.repeat(7_500)}`, { headers });
      expect(status).toBe(400);
    });
    expect(time).toBeLessThan(150);
  },
);
