import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createScene, kidsOf, until } from './gateways-with-keys.js';

let scene: Awaited<ReturnType<typeof createScene>>;

beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

const algorithms = async () => (await scene.rows()).map(({ algorithm }) => algorithm);

test('a start with another TOKEN_ALGORITHM publishes a key of it, which signs ten minutes later', async () => {
  await scene.open({ algorithm: 'ES256' });
  scene.end();
  const gateway = await scene.open({ algorithm: 'EdDSA' });
  expect(gateway.current().algorithm).toBe('ES256');
  const [, next] = gateway.jwks().keys;
  expect(next).toEqual({ kty: 'OKP', crv: 'Ed25519', x: next?.x, kid: next?.kid, alg: 'EdDSA', use: 'sig' });
  await scene.pass(10 * 60);
  await until(() => gateway.current().algorithm === 'EdDSA');
  expect(kidsOf(gateway)).toHaveLength(2);
});

test('it does so once, also for gateways that start before that key signs', async () => {
  await scene.open({ algorithm: 'ES256' });
  await Promise.all([1, 2, 3].map(() => scene.open({ algorithm: 'EdDSA' })));
  await scene.open({ algorithm: 'EdDSA' });
  expect(await algorithms()).toEqual(['ES256', 'EdDSA']);
});

test('gateways that differ in their algorithm do not rotate for ever: a key a start, at most', async () => {
  await scene.open({ algorithm: 'ES256' });
  await scene.open({ algorithm: 'EdDSA' });
  await scene.sql('select pg_sleep(0.3)');
  expect(await algorithms()).toEqual(['ES256', 'EdDSA']);
});

test.each([['rotate'], ['rotate', '--compromised']])(
  '%s %s keeps the algorithm of the newest key',
  async (...args) => {
    await scene.open({ algorithm: 'EdDSA' });
    scene.keys(args, { TOKEN_ALGORITHM: 'ES256' });
    expect((await algorithms()).at(-1)).toBe('EdDSA');
  },
);
