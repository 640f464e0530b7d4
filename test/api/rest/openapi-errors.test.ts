import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { errorCases } from './error-cases.js';
import { type Described, fetchDocument, operationsOf, Validator } from './openapi-document.js';

const rows = operationsOf(JSON.parse(readFileSync('schema/openapi.json', 'utf8')));
const create = rows.find(({ path }) => path.endsWith('/service-account/create')) as Described;
const forms = ['application/json', 'application/problem+json'];

let gateway: Gateway;
let validator: Validator;
beforeAll(async () => {
  gateway = await startGateway();
  validator = new Validator(await fetchDocument(gateway));
});
afterAll(() => gateway.close());

/** The documented errors. METHOD_NOT_ALLOWED is the answer to a method that has no operation. */
const documented = Object.entries(errorCases).filter(([code]) => code !== 'METHOD_NOT_ALLOWED');

describe.each(forms)('as %s', (accept) => {
  test.each(documented)('%s is as the document says', async (_code, { provoke, status }) => {
    const answer = await provoke(gateway, { accept });
    expect(answer.status).toBe(status);
    expect(validator.faultsOf(create, answer)).toEqual([]);
  });
});

type Headers = Record<string, string>;

interface Call {
  headers: Headers;
  query?: string;
  body?: string;
}

const json = { 'content-type': 'application/json' };

type Spoil = (headers: Headers, tenant: string) => Promise<Call> | Call;

/** The faults that a request of any operation may have. */
const wrong: Record<string, Spoil> = {
  'without a token': ({ authorization: _, ...headers }) => ({ headers }),
  'without a tenant': ({ authorization = '' }) => ({ headers: { authorization } }),
  'with two tenants': (headers) => ({
    headers: { ...headers, 'x-tenantid': `${randomUUID()}, ${randomUUID()}` },
  }),
  'in a tenant that is not there': async () => ({ headers: await gateway.as('super_admin', randomUUID()) }),
  'in a tenant of others': async (headers) => ({
    headers: { ...headers, 'x-tenantid': await gateway.createTenant() },
  }),
  'in a suspended tenant': async () => ({
    headers: await gateway.as('super_admin', await gateway.createTenant({ status: 'suspended' })),
  }),
  'by a viewer': async (_headers, tenant) => ({ headers: await gateway.as('tenant_viewer', tenant) }),
  'for HTML': (headers) => ({ headers: { ...headers, accept: 'text/html' } }),
  'with a query parameter that is not there': (headers) => ({ headers, query: '?color=red' }),
  'with a field that is not there': (headers) => ({
    headers: { ...headers, ...json },
    body: '{"color":"red"}',
  }),
  'with broken JSON': (headers) => ({ headers: { ...headers, ...json }, body: '{' }),
  'with text': (headers) => ({ headers: { ...headers, 'content-type': 'text/plain' }, body: 'color' }),
  'with too much': (headers) => ({
    headers: { ...headers, ...json },
    body: `{"x":"${'x'.repeat(110_000)}"}`,
  }),
};

describe.each(rows)('$name', (row) => {
  test.each(Object.entries(wrong))('%s gets the response of the document', async (_what, spoil) => {
    const tenant = await gateway.createTenant();
    const { headers, query = '', body } = await spoil(await gateway.as('tenant_admin', tenant), tenant);
    // This fault needs a body, and fetch does not send a body with a GET.
    if (body !== undefined && row.method === 'GET') return;
    const path = row.path.replace(/\{\w+\}/g, `sa-${randomUUID()}`);
    const answer: Answer = await gateway.request(path + query, { method: row.method, headers, body });
    expect(validator.faultsOf(row, answer)).toEqual([]);
  });
});
