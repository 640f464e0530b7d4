import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { isInTenant } from '../../../src/api/graphql/rules.js';
import { createSchema } from '../../../src/api/graphql/schema.js';
import { createOpenApi } from '../../../src/api/rest/openapi/document.js';
import type { Route } from '../../../src/api/rest/route.js';
import { routes } from '../../../src/api/rest/routes.js';
import { createResolvers } from '../../../src/features/resolvers.js';
import type { Json } from './openapi-document.js';

const schema = createSchema(createResolvers({} as never));

const documentOf = (...rows: Route[]): Json =>
  createOpenApi({ routes: rows, schema, isInTenant, version: '1.0.0' });

const accounts = '/api/v1/admin/service-account';

/** Returns one of the rows with some of its properties replaced. */
function row(name: string, other: Record<string, unknown> = {}): Route {
  const found = routes.find(({ method, path }) => `${method} ${path}` === name);
  if (!found) throw new Error(`there is no row ${name}`);
  return { ...found, ...other } as Route;
}

const read = `GET ${accounts}/:id`;
const update = `PATCH ${accounts}/:id`;

test.each<[string, Route, string]>([
  [
    'a parameter in the path',
    row(read, { path: `${accounts}/:name` }),
    'ServiceAccount has no variable name',
  ],
  [
    'a parameter in the path of a mutation',
    row(update, { path: `${accounts}/:color` }),
    'UpdateServiceAccount has no variable input.color',
  ],
  [
    'a query parameter',
    row(`GET ${accounts}`, { query: { color: 'filter.createdBy.color' } }),
    'ServiceAccounts has no variable filter.createdBy.color',
  ],
  [
    'an input object without a notation',
    row(`GET ${accounts}`, { query: {} }),
    'CreatorFilter cannot be written as a query parameter',
  ],
  [
    'a field in the example of a body',
    row(update, { example: { body: { color: 'red' } } }),
    'UpdateServiceAccount takes no color in its body',
  ],
  [
    'the data of the answer',
    row(read, { data: 'serviceAccount.color' }),
    'ServiceAccount does not select serviceAccount.color',
  ],
  [
    'a field of the answer',
    row(read, { data: { id: 'serviceAccount.id', color: 'serviceAccount.color' } }),
    'ServiceAccount does not select serviceAccount.color',
  ],
  ['a tag', row(read, { path: '/api/v1/admin/color/:id' }), 'the tag color has no type Color'],
  [
    'a root field',
    row(read, { operation: parse('query Colors { colors { name } }') as Route['operation'] }),
    'The type Query has no field colors',
  ],
])('%s that its operation does not know is an error', (_what, odd, message) => {
  expect(() => documentOf(odd)).toThrow(message);
});

test('an operation that two rows have is an error', () => {
  const twin = row(read, { path: `/api/v1/admin/service-account/:id/twin` });
  expect(() => documentOf(row(read), twin)).toThrow('serviceAccount is the operationId of two rows');
});

test('a field in the path is not in the body', () => {
  const { paths, components } = documentOf(row(update));
  const [parameter] = paths[`${accounts}/{id}`].patch.parameters;
  expect(parameter).toMatchObject({ name: 'id', in: 'path', required: true });
  expect(Object.keys(components.schemas.UpdateServiceAccountBody.properties)).toEqual(
    expect.not.arrayContaining(['id']),
  );
});

test('a body without required fields may be omitted', () => {
  const document = documentOf(row(update), row(`PUT ${accounts}/:id/permissions`));
  const required = Object.values<Json>(document.paths).flatMap((item) =>
    Object.values<Json>(item).map(({ requestBody }) => requestBody.required),
  );
  expect(required).toEqual([false, true]);
});

test('an enum is in lower case', () => {
  const { components } = documentOf(row(read));
  const { status } = components.schemas.ServiceAccount.properties;
  expect(status.enum.toSorted()).toEqual(['active', 'deleted', 'disabled']);
});

test('an answer that is put together of several fields has its own schema', () => {
  const data = { status: 'serviceAccount.status', id: 'serviceAccount.id' };
  const { components } = documentOf(row(read, { data }));
  const { properties, required } = components.schemas.ServiceAccountData;
  expect(required).toEqual(['status', 'id']);
  expect(properties.status.enum).toContain('active');
});

test('what GraphQL may leave null may be null, a root field may not', () => {
  const { paths, components } = documentOf(row(read));
  const { expiresAt, name } = components.schemas.ServiceAccount.properties;
  expect(expiresAt).toMatchObject({ type: ['string', 'null'], format: 'date-time' });
  expect(name).toMatchObject({ type: 'string' });
  const { schema: envelope } = paths[`${accounts}/{id}`].get.responses[200].content['application/json'];
  expect(envelope.properties.data).toEqual({ $ref: '#/components/schemas/ServiceAccount' });
});

test('a row that streams is documented by its own media type, without an envelope', () => {
  const events = '/api/v1/admin/audit-event/export';
  const { paths } = documentOf(row(`GET ${events}`));
  const { content } = paths[events].get.responses[200];
  expect(Object.keys(content)).toEqual(['application/jsonl']);
  expect(content['application/jsonl'].schema).toMatchObject({ type: 'string' });
});

test('only an operation in a tenant takes x-tenantid', () => {
  const inNone = createOpenApi({
    routes: [row(read)],
    schema,
    isInTenant: () => false,
    version: '1',
  }) as Json;
  const names = (document: Json) =>
    document.paths[`${accounts}/{id}`].get.parameters.map(({ $ref }: Json) => $ref?.split('/').at(-1));
  expect(names(documentOf(row(read)))).toContain('x-tenantid');
  expect(names(inNone)).not.toContain('x-tenantid');
});
