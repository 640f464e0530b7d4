import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../../harness/gateway.js';

let production: Gateway;
let plain: Gateway;
beforeAll(async () => {
  [production, plain] = await Promise.all([
    startGateway(),
    startGateway({ PUBLIC_URL: 'http://gateway.internal' }),
  ]);
});
afterAll(() => Promise.all([production.close(), plain.close()]));

const json = { 'content-type': 'application/json' };

test.each<[string, string, RequestInit]>([
  ['a probe', '/healthz', {}],
  ['a 401', createPath, { method: 'POST' }],
  ['a 404', '/nothing', {}],
  ['a 405', createPath, { method: 'DELETE' }],
  [
    'a 413',
    '/graphql',
    { method: 'POST', headers: json, body: JSON.stringify({ query: 'x'.repeat(200_000) }) },
  ],
  ['data', '/graphql', { method: 'POST', headers: json, body: '{"query":"{__typename}"}' }],
  ['a document that is refused', '/graphql', { method: 'POST', headers: json, body: '{"query":"{"}' }],
])('%s may not be run, framed, embedded or sniffed', async (_what, path, init) => {
  const { headers } = await production.request(path, init);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('server')).toBeNull();
});

test.each([
  ['a token', 'token', { method: 'POST' }],
  ['the keys', 'jwks', {}],
  ['a 404', 'nothing', {}],
])('for machines, %s may not be run, framed or sniffed', async (_what, path, init) => {
  const { headers } = await production.request(`/oauth2/${path}`, init);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
  });
});

test('who is reached by http is not told to be reached by https alone', async () => {
  const { headers } = await plain.request('/healthz');
  expect(headers.get('strict-transport-security')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});
