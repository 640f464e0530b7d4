import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';

let gateway: Gateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway();
  headers = await gateway.as('tenant_admin', await gateway.createTenant());
});
afterAll(() => gateway.close());

test('a request without an accept header passes', async () => {
  expect((await send(gateway.url + createPath, { headers })).status).toBe(200);
});

test.each([
  '*/*',
  'application/*',
  'application/json',
  'APPLICATION/JSON',
  'application/problem+json',
  'application/json;q=0.5',
  'application/json; q=0.001',
  'text/html, application/json;q=0.1',
  'text/html, */*;q=0.1',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8;q=0.9, text/html',
  'application/json;q=0, application/problem+json',
])('accept: %s passes', async (accept) => {
  const answer = await send(gateway.url + createPath, { headers: { ...headers, accept } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test('a cache learns that answers differ by accept', async () => {
  expect((await send(gateway.url + createPath, { headers })).headers.get('vary')).toMatch(/accept/i);
});

test.each([
  'text/html',
  'application/xml',
  'text/*',
  'application/json;q=0',
  'application/json;q=0.0, text/html',
  '*/*;q=0',
  'application/*;q=0, text/plain',
  'application/json;charset=utf-8;q=0',
])('accept: %s excludes JSON and is a 406', async (accept) => {
  const answer = await send(gateway.url + createPath, { headers: { ...headers, accept } });
  expect(answer.status).toBe(406);
  expect(answer.body).toMatchObject({ success: false, code: 'NOT_ACCEPTABLE', error: 'Not acceptable' });
});
