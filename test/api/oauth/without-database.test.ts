import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { createProxy, type DatabaseProxy } from '../../harness/proxy.js';
import { untilAvailable } from '../../harness/until-available.js';
import { askToken, type Machine, machine } from './machine.js';
import { introspect, revoke } from './token-requests.js';

let proxy: DatabaseProxy;
let gateway: Gateway;
let one: Machine;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url);
    return proxy.url;
  };
  gateway = await startGateway({}, { by });
  one = await machine(gateway, { permissions: ['oauth:introspect'] });
});
afterEach(() => proxy.pass());
afterAll(async () => {
  await gateway.close();
  await proxy.close();
});

function expectUnavailable({ status, headers, body }: Answer) {
  expect(body).toEqual({
    error: 'temporarily_unavailable',
    error_description:
      'the gateway is temporarily unavailable; retry after the number of seconds in the retry-after header',
  });
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toMatch(/^\d$/);
  expect(headers.get('cache-control')).toBe('no-store');
}

const away = {
  'is unavailable': async () => {
    await proxy.refuse();
    proxy.cut();
  },
  hangs: async () => proxy.hang(),
};

test.each(Object.entries(away))(
  'while the database %s there is no token, and nothing is said of the client',
  async (_what, fail) => {
    await fail();
    const answers = await Promise.all(Array.from({ length: 50 }, () => askToken(gateway, one)));
    for (const answer of answers) expectUnavailable(answer);
  },
);

test('the keys are still published', async () => {
  await away['is unavailable']();
  expect((await gateway.request('/oauth2/jwks')).body.keys).toHaveLength(1);
});

test('when it is back there are tokens again', async () => {
  await away['is unavailable']();
  await askToken(gateway, one);
  await proxy.pass();
  expect((await untilAvailable(() => askToken(gateway, one))).status).toBe(200);
});

/** Gets a token as soon as the database is back. */
const untilToken = async (): Promise<string> =>
  (await untilAvailable(() => askToken(gateway, one))).body.access_token;

/** The statement of each endpoint at which the connection breaks, which follows the authentication of the client. */
const broken = { introspect: /token-state/, revoke: /revoke-token/ };

test.each([
  ['introspect', introspect],
  ['revoke', revoke],
] as const)('%s: while the database is unavailable nothing is said of the token', async (endpoint, ask) => {
  const token = await untilToken();
  proxy.cut(broken[endpoint]);
  expectUnavailable(await ask(gateway, one, token));
});

test('when it is back a token can be asked about and revoked', async () => {
  const other = await untilToken();
  proxy.cut(broken.revoke);
  await revoke(gateway, one, other);
  await proxy.pass();
  expect((await untilAvailable(() => revoke(gateway, one, other))).status).toBe(200);
  expect((await untilAvailable(() => introspect(gateway, one, other))).body).toEqual({ active: false });
});

test('what nobody has foreseen is masked', async () => {
  const other = await untilToken();
  await gateway.sql('alter table revoked_token rename to gone');
  try {
    const { status, body } = await introspect(gateway, one, other);
    expect(status).toBe(500);
    expect(body).toEqual({ error: 'server_error', error_description: 'unexpected server-side error' });
  } finally {
    await gateway.sql('alter table gone rename to revoked_token');
  }
});
