import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CompactSign, calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { createScene } from './gateways-with-keys.js';

let scene: Awaited<ReturnType<typeof createScene>>;

beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

test('gateways that start at the same time end up with one key, which signs immediately', async () => {
  const gateways = await Promise.all(Array.from({ length: 8 }, () => scene.open()));
  const rows = await scene.rows();
  expect(rows).toMatchObject([{ algorithm: 'ES256', key_version: 'v1', retires_at: null }]);
  for (const gateway of gateways) {
    expect(gateway.current()).toMatchObject({ kid: rows[0]?.kid, algorithm: 'ES256' });
    expect(gateway.jwks()).toEqual(gateways[0]?.jwks());
  }
});

test('what it signs is verified with what it publishes, under the thumbprint of the key', async () => {
  const gateway = await scene.open();
  const { kid, algorithm, privateKey } = gateway.current();
  const [jwk] = gateway.jwks().keys;
  expect(jwk).toEqual({ kty: 'EC', crv: 'P-256', x: jwk?.x, y: jwk?.y, kid, alg: 'ES256', use: 'sig' });
  expect(kid).toBe(await calculateJwkThumbprint(jwk ?? {}));
  const signed = await new CompactSign(Buffer.from('x'))
    .setProtectedHeader({ alg: algorithm })
    .sign(privateKey);
  expect((await compactVerify(signed, await importJWK(jwk ?? {}))).payload.toString()).toBe('120');
  expect((await gateway.find(kid))?.algorithm).toBe('ES256');
  expect(await gateway.find('another')).toBeUndefined();
});
