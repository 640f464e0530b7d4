import { createPrivateKey } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { open } from '../../../../src/platform/crypto.js';
import { columnsOf } from '../../../harness/leaks.js';
import {
  createScene,
  type KeyEncryptionKey,
  keyEncryptionKey,
  kidsOf,
  setting,
  until,
} from './gateways-with-keys.js';

const [v1, v2, other] = [keyEncryptionKey('v1'), keyEncryptionKey('v2'), keyEncryptionKey('v1')];

let scene: Awaited<ReturnType<typeof createScene>>;

beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** Starts a gateway with these KEY_ENCRYPTION_KEYS, which has to fail. @returns the error */
const failure = (keys: KeyEncryptionKey[]): Promise<Error> =>
  scene.open({ keys }).then(
    () => new Error('it started'),
    (error) => error,
  );

const versions = async () => (await scene.rows()).map((row) => row.key_version);

test.each(['ES256', 'EdDSA'] as const)(
  'the private part of %s is nowhere in the database',
  async (algorithm) => {
    const { privateKey, kid } = (await scene.open({ algorithm })).current();
    const { d = '' } = privateKey.export({ format: 'jwk' });
    const stored = await columnsOf({ connectionString: scene.url });
    const bytes = Buffer.from(d, 'base64url');
    const forms = ['PRIVATE KEY', d, bytes.toString('hex'), bytes.toString('base64')];
    for (const { text } of stored) for (const form of forms) expect(text.includes(form)).toBe(false);

    const [row] = await scene.rows();
    const [key] = scene.keyEncryptionKeys;
    const bound = Buffer.from(`signing_key ${kid} ${algorithm}`);
    const pem = open(row?.sealed_private_key ?? Buffer.of(), key?.key ?? Buffer.of(), bound);
    expect(createPrivateKey(pem).export({ format: 'jwk' }).d === d).toBe(true);
  },
);

test('a private part opens in its own row only', async () => {
  await scene.open();
  scene.keys(['rotate']);
  scene.end();
  await scene.sql(
    `update signing_key as one set sealed_private_key = other.sealed_private_key
     from signing_key as other where one.kid <> other.kid`,
  );
  expect((await failure(scene.keyEncryptionKeys)).message).toMatch(
    /^KEY_ENCRYPTION_KEYS: v1 does not decrypt the signing key [\w-]{43}, /,
  );
});

test('a private part does not open for another algorithm', async () => {
  await scene.open();
  scene.end();
  await scene.sql(`update signing_key set algorithm = 'EdDSA'`);
  expect((await failure(scene.keyEncryptionKeys)).message).toContain('does not decrypt');
});

test('a start without the key encryption key names KEY_ENCRYPTION_KEYS and the version, and no key', async () => {
  await scene.open({ keys: [v1] });
  scene.end();
  for (const [keys, fault] of [
    [
      [v2],
      /^KEY_ENCRYPTION_KEYS: must contain v1, which encrypts the signing key [\w-]{43}\. If that key encryption key is lost, create a new signing key with `npm run keys -- rotate --compromised --force`$/,
    ],
    [[other], /^KEY_ENCRYPTION_KEYS: v1 does not decrypt the signing key [\w-]{43}, which was encrypted/],
  ] as const) {
    const error = await failure([...keys]);
    expect(error).toMatchObject({ name: 'StartError', message: expect.stringMatching(fault) });
    for (const { key } of keys) expect(error.message).not.toContain(key.toString('base64'));
  }
});

test('a start fails for the next key, too', async () => {
  await scene.open({ keys: [v1] });
  expect(scene.keys(['rotate'], { KEY_ENCRYPTION_KEYS: setting([v1, v2]) }).status).toBe(0);
  const [, next] = await scene.rows();
  expect(next?.key_version).toBe('v2');
  expect((await failure([v1])).message).toEqual(
    expect.stringContaining(
      `KEY_ENCRYPTION_KEYS: must contain v2, which encrypts the signing key ${next?.kid}. `,
    ),
  );
});

test('a start seals under the newest key encryption key, so that the older one can go', async () => {
  const before = (await scene.open({ keys: [v1] })).current().kid;
  scene.keys(['rotate'], { KEY_ENCRYPTION_KEYS: setting([v1]) });
  scene.end();
  await scene.open({ keys: [v1, v2] });
  expect(await versions()).toEqual(['v2', 'v2']);
  scene.end();
  expect((await scene.open({ keys: [v2] })).current().kid).toBe(before);
});

test('keys of a gateway with the older key encryption key are sealed again by a running gateway', async () => {
  await scene.open({ keys: [v1, v2] });
  scene.keys(['rotate'], { KEY_ENCRYPTION_KEYS: setting([v2, v1]) });
  await until(async () => (await versions()).join() === 'v2,v2');
});

test('a gateway that lacks the newest key encryption key continues while it runs', async () => {
  const old = await scene.open({ keys: [v1] });
  const { kid } = old.current();
  await scene.open({ keys: [v1, v2] });
  // The test reads the log and not the table, because the older gateway seals the key once under its own newest key.
  const sealed = scene.log.map((line) => JSON.parse(line)).filter(({ version }) => version === 'v2');
  expect(sealed).toMatchObject([
    { kid, msg: 'Signing key is now encrypted with the newest key encryption key' },
  ]);
  scene.keys(['rotate'], { KEY_ENCRYPTION_KEYS: setting([v1, v2]) });
  await until(() => kidsOf(old).length === 2);
  expect(old.current().kid).toBe(kid);
  expect(scene.log.filter((line) => line.includes('KEY_ENCRYPTION_KEYS: must contain v2'))).toHaveLength(1);
  expect(await failure([v1])).toMatchObject({ name: 'StartError' });

  // The next key should sign now, but this gateway cannot open it. It uses the previous key while that is published.
  await scene.pass(30 * 60);
  await until(async () => (await scene.rows())[0]?.sealed_private_key === null);
  expect(old.current().kid).toBe(kid);
  await scene.pass(60 * 60);
  await until(() => kidsOf(old).length === 1);
  expect(() => old.current()).toThrow(expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }));
});

test('gateways that differ in which key encryption key is the newest do not seal in turns for ever', async () => {
  await scene.open({ keys: [v1, v2] });
  await scene.open({ keys: [v2, v1] });
  await scene.sql('select pg_sleep(0.3)');
  const resealed = scene.log.filter((line) => line.includes('is now encrypted with the newest'));
  expect([1, 2]).toContain(resealed.length);
});
