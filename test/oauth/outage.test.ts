import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../harness/gateway.js';
import { createProxy, type DatabaseProxy } from '../harness/proxy.js';
import { untilAvailable } from '../harness/until-available.js';
import { askToken, type Machine, machine } from './machine.js';

let proxy: DatabaseProxy;
let gateway: Gateway;
let one: Machine;
beforeAll(async () => {
  const by = async (url: string) => {
    proxy = await createProxy(url);
    return proxy.url;
  };
  gateway = await startGateway({}, { by });
  one = await machine(gateway);
});
afterEach(() => proxy.pass());
afterAll(async () => {
  await gateway.close();
  await proxy.close();
});

const away = {
  'is away': async () => {
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
    for (const { status, headers, body } of answers) {
      expect(body).toEqual({
        error: 'temporarily_unavailable',
        error_description: 'the gateway cannot answer at the moment, try again later',
      });
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toMatch(/^\d$/);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  },
);

test('the keys are still published', async () => {
  await away['is away']();
  expect((await gateway.request('/oauth2/jwks')).body.keys).toHaveLength(1);
});

test('when it is back there are tokens again', async () => {
  await away['is away']();
  await askToken(gateway, one);
  await proxy.pass();
  expect((await untilAvailable(() => askToken(gateway, one))).status).toBe(200);
});
