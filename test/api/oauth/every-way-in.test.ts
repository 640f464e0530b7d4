import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type KeyMachine, keyMachine, present, sign } from './assertions.js';
import { basic, post } from './machine.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_WRONG_SECRETS: '0' });
});
afterAll(() => gateway.close());

const form = { grant_type: 'client_credentials', token: 'x' };
const endpoints = ['token', 'introspect', 'revoke'];

/** The ways in which a client authenticates. */
const ways: Record<string, (one: KeyMachine, endpoint: string) => ReturnType<typeof post>> = {
  client_secret_basic: (one, endpoint) => post(gateway, endpoint, form, { authorization: basic(one) }),
  client_secret_post: (one, endpoint) =>
    post(gateway, endpoint, { ...form, client_id: one.clientId, client_secret: one.clientSecret }),
  private_key_jwt: async (one, endpoint) => present(gateway, await sign(one), form, endpoint),
};

/** What ends the access of an account. */
const ends: Record<string, (one: KeyMachine) => Promise<unknown>> = {
  'is disabled': ({ admin, id }) => admin.rest('POST', `/${id}/disable`),
  'is deleted': ({ admin, id }) => admin.rest('DELETE', `/${id}`),
  'has expired': ({ clientId }) =>
    gateway.sql('update service_account set expires_at = now() where client_id = $1', [clientId]),
  'is in a suspended tenant': ({ admin }) =>
    gateway.sql(`update tenant set status = 'suspended' where id = $1`, [admin.tenant]),
};

const cases = Object.keys(ends).flatMap((end) =>
  Object.keys(ways).flatMap((way) => endpoints.map((endpoint) => [end, way, endpoint])),
);

test.each(cases)(
  'an account that %s cannot authenticate by %s at /oauth2/%s',
  async (end = '', way = '', at = '') => {
    const one = await keyMachine(gateway);
    const use = () => ways[way]?.(one, at);
    expect((await use())?.status).toBe(200);
    await ends[end]?.(one);
    const answer = await use();
    expect([answer?.status, answer?.body]).toEqual([
      401,
      { error: 'invalid_client', error_description: 'client authentication failed' },
    ]);
  },
);
