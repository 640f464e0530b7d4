import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { basic, type Machine, machine, post } from './machine.js';

const origin = 'https://admin.example.com';
let closed: Gateway;
let open: Gateway;
beforeAll(async () => {
  closed = await startGateway();
  open = await startGateway({ CORS_ORIGINS: origin });
});
afterAll(async () => {
  await open.close();
  await closed.close();
});

const ask = (gateway: Gateway, one: Machine, headers: Record<string, string>) =>
  post(gateway, 'token', { grant_type: 'client_credentials' }, { authorization: basic(one), ...headers });

test('no page may read a token, whatever its origin', async () => {
  const { status, headers } = await ask(closed, await machine(closed), { origin });
  expect(status).toBe(200);
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

test('pages of an origin that is named may', async () => {
  const { headers } = await ask(open, await machine(open), { origin });
  expect(headers.get('access-control-allow-origin')).toBe(origin);
});

test('those of another one may not', async () => {
  const { headers } = await ask(open, await machine(open), { origin: 'https://other.example.com' });
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

test('a browser that asks first gets permission', async () => {
  const { status, headers } = await open.request('/oauth2/token', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-origin')).toBe(origin);
  expect(headers.get('access-control-allow-headers')).toBe('authorization');
});

test.each(['jwks', '.well-known/openid-configuration', '.well-known/oauth-authorization-server'])(
  'every page may read /oauth2/%s',
  async (path) => {
    const { headers } = await closed.request(`/oauth2/${path}`, { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  },
);
