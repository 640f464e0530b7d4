import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isInTenant } from '../../../src/api/graphql/rules.js';
import { createSchema } from '../../../src/api/graphql/schema.js';
import { createOpenApi } from '../../../src/api/rest/openapi/document.js';
import { routes } from '../../../src/api/rest/routes.js';
import { createResolvers } from '../../../src/features/resolvers.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';
import { fetchDocument, operationsOf } from './openapi-document.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('schema/openapi.json is current: npm run generate', () => {
  const schema = createSchema(createResolvers({} as never));
  const document = createOpenApi({ routes, schema, isInTenant, version });
  expect(JSON.parse(readFileSync('schema/openapi.json', 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(document)),
  );
});

// openapi-typescript 7.13, oazapfts 7.5 and @hey-api/openapi-ts 0.95 type these schemas, so that `success` tells the
// type of a response. oazapfts makes `any` or `boolean` of a const that is false.
test('every fixed value has a type that generators of clients understand', () => {
  const fixed: Record<string, unknown>[] = [];
  const successes: unknown[] = [];
  JSON.parse(readFileSync('schema/openapi.json', 'utf8'), (key, value) => {
    if (Object.hasOwn(Object(value), 'const')) fixed.push(value);
    if (key === 'success' && typeof value === 'object') successes.push(value);
    return value;
  });
  expect(fixed.filter(({ type, const: is }) => type !== typeof is || typeof is !== 'string')).toEqual([]);
  expect(new Set(successes.map((one) => JSON.stringify(one)))).toEqual(
    new Set(['{"type":"boolean","enum":[true]}', '{"type":"boolean","enum":[false]}']),
  );
});

test('anybody is served the committed document, with the address of this gateway', async () => {
  const committed = JSON.parse(readFileSync('schema/openapi.json', 'utf8'));
  const { status, headers, body } = await gateway.request('/openapi.json');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const url = 'https://gateway.example.com';
  expect(body).toEqual({
    ...committed,
    info: { ...committed.info, contact: { ...committed.info.contact, url } },
    servers: [{ url }],
  });
});

test('a client that has the document already gets a 304', async () => {
  const { headers } = await gateway.request('/openapi.json');
  const etag = headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]+"$/);
  // The test does not use fetch, which adds `cache-control: no-cache` to a request with this header.
  const again = await send(`${gateway.url}/openapi.json`, {
    method: 'GET',
    headers: { 'if-none-match': etag },
  });
  expect([again.status, again.body]).toEqual([304, '']);
});

test.each(['POST', 'OPTIONS', 'DELETE'])('%s /openapi.json is a 405', async (method) => {
  const { status, headers } = await gateway.request('/openapi.json', { method });
  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test.each(['/openapi.json', '/docs', '/docs/'])('API_DOCS=off takes %s away', async (path) => {
  const without = await startGateway({ API_DOCS: 'off' });
  const { status } = await without.request(path);
  await without.close();
  expect(status).toBe(404);
});

test('every row is documented, and nothing else', async () => {
  const documented = operationsOf(await fetchDocument(gateway)).map(({ name }) => name);
  const rows = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(documented.toSorted()).toEqual(rows.toSorted());
});

test('every operation has its own id, a tag that is described, and words', async () => {
  const document = await fetchDocument(gateway);
  const operations = operationsOf(document).map(({ operation }) => operation);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  const tags = document.tags.map(({ name, description }: Record<string, string>) => description && name);
  for (const { summary, description, tags: own } of operations) {
    // A summary is plain text, in which Markdown would be visible.
    expect(summary).toMatch(/^[A-Z][^`*]*[^.`*]$/);
    expect(description).toMatch(/ Requires the role .*`super_admin`\./);
    expect(tags).toEqual(expect.arrayContaining(own));
  }
});
