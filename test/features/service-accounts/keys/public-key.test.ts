import type { JsonWebKey, KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { keyCalls, keyTransports, newJwk } from './key-calls.js';
import { ec, ed, rsa, wrongKeys } from './wrong-keys.js';

let gateway: Gateway;
let admin: Somebody;
/** An account for keys that are refused. */
let id: string;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway, await gateway.createTenant({ limit: 1000 }));
  ({ id } = await admin.create());
});
afterAll(() => gateway.close());

const kinds: [string, () => KeyObject, string[]][] = [
  ['P-256', () => ec('P-256').publicKey, ['ES256']],
  ['P-384', () => ec('P-384').publicKey, ['ES384']],
  ['Ed25519', () => ed().publicKey, ['EdDSA']],
  ['RSA with 2048 bits', () => rsa(2048).publicKey, ['RS256', 'PS256']],
  ['RSA with 4096 bits', () => rsa(4096).publicKey, ['RS256', 'PS256']],
];

describe.each(keyTransports)('over %s', (transport) => {
  const add = async (publicKey: string) => {
    const account = await admin.create();
    return keyCalls[transport](admin).add(account.id, { publicKey });
  };

  test.each(kinds)(
    'a key of the kind %s is accepted as a JWK and in PEM, as the same key',
    async (...kind) => {
      const [, make, algorithms] = kind;
      const key = make();
      const thumbprint = await calculateJwkThumbprint(await exportJWK(key));
      for (const text of [
        JSON.stringify(key.export({ format: 'jwk' })),
        `\n ${key.export({ type: 'spki', format: 'pem' })}\n`,
      ]) {
        const { key: added } = await add(text);
        expect(added).toMatchObject({ kid: thumbprint, thumbprint, algorithms });
      }
    },
  );

  test.each(['RS256', 'PS256'])('a JWK with the alg %s allows only that', async (alg) => {
    const { key } = await add(JSON.stringify({ ...rsa().publicKey.export({ format: 'jwk' }), alg }));
    expect(key?.algorithms).toEqual([alg]);
  });

  test.each(Object.entries(wrongKeys))('%s is refused', async (_what, [make, message]) => {
    const publicKey = make();
    const told = await keyCalls[transport](admin).add(id, { publicKey });
    expect(told).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'publicKey' } });
    expect(told.message).toMatch(/^publicKey: /);
    expect(told.message).toMatch(message);
    const answer = JSON.stringify(told.answer.body);
    for (const part of publicKey.match(/[\w+/]{12,}/g) ?? []) expect(answer).not.toContain(part);
  });

  test('nothing that is refused is stored', async () => {
    expect(
      await gateway.sql('select from service_account_key where service_account_id = $1', [id.slice(3)]),
    ).toEqual([]);
  });
});

const accepted: [string, JsonWebKey, object][] = [
  ['its own kid', newJwk({ kid: '~!key:2026/1' }), { kid: '~!key:2026/1' }],
  ['a kid of 255 characters', newJwk({ kid: 'x'.repeat(255) }), { kid: 'x'.repeat(255) }],
  ['the members of WebCrypto', newJwk({ ext: true, key_ops: ['verify'] }), { algorithms: ['ES256'] }],
  ['the use sig', newJwk({ use: 'sig', alg: 'ES256' }), { algorithms: ['ES256'] }],
  [
    'the alg that WebCrypto writes for Ed25519',
    { ...ed().publicKey.export({ format: 'jwk' }), alg: 'Ed25519' },
    { algorithms: ['EdDSA'] },
  ],
];

test.each(accepted)('a JWK with %s is accepted', async (_what, jwk, expected) => {
  const account = await admin.create();
  const { key } = await keyCalls.REST(admin).add(account.id, { publicKey: JSON.stringify(jwk) });
  expect(key).toMatchObject(expected);
});

test('only the members that determine the thumbprint are stored', async () => {
  const account = await admin.create();
  const jwk = newJwk();
  const publicKey = JSON.stringify({ ...jwk, kid: 'x', use: 'sig', key_ops: ['verify'], note: 'mine' });
  await keyCalls.REST(admin).add(account.id, { publicKey });
  const stored = await gateway.sql(
    `select public_key from service_account_key where service_account_id = $1`,
    [account.id.slice(3)],
  );
  expect(stored).toEqual([{ public_key: jwk }]);
});

test('a key in another notation is the same key', async () => {
  const account = await admin.create();
  const jwk = rsa().publicKey.export({ format: 'jwk' });
  const padded = Buffer.concat([Buffer.alloc(2), Buffer.from(jwk.n ?? '', 'base64url')]).toString('base64');
  const { add } = keyCalls.REST(admin);
  const first = await add(account.id, { publicKey: JSON.stringify(jwk) });
  const second = await add(account.id, { publicKey: JSON.stringify({ ...jwk, n: padded }) });
  expect(second).toMatchObject({ code: 'CONFLICT', details: { keyId: first.key?.id } });
});

test('Ed25519 keys are accepted whatever their bytes are', async () => {
  const { readPublicKey } = await import('../../../../src/features/service-accounts/keys/public-key.js');
  for (let n = 0; n < 200; n++) {
    const jwk = ed().publicKey.export({ format: 'jwk' });
    expect(await readPublicKey(JSON.stringify(jwk))).toMatchObject({ jwk });
  }
});
