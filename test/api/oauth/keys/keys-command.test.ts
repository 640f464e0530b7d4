import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createScene, keyEncryptionKey, setting, until } from './gateways-with-keys.js';

let scene: Awaited<ReturnType<typeof createScene>>;

beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

test('the keys are listed in a table, with what each does', async () => {
  await scene.open();
  scene.keys(['rotate']);
  await scene.pass(11 * 60);
  await until(async () => (await scene.rows())[0]?.sealed_private_key === null);
  const { stdout } = scene.keys(['rotate']);
  const [first, second, third] = (await scene.rows()).map(({ kid }) => kid);
  const [titles, ...lines] = stdout.trimEnd().split('\n');
  expect(titles?.split(/ {2,}/)).toEqual([
    'KID',
    'ALGORITHM',
    'CREATED',
    'SIGNS FROM',
    'PUBLISHED UNTIL',
    'STATE',
    'ENCRYPTED WITH',
  ]);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    [third, 'ES256', time, time, '-', 'next', 'v1'],
    [second, 'ES256', time, time, time, 'signs', 'v1'],
    [first, 'ES256', time, time, time, 'published', '-'],
  ]);
  expect(scene.keys([]).stdout).toBe(stdout);
  expect(scene.keys(['list']).stdout).toBe(stdout);
});

test('with --json they are listed for machines, without anything private', async () => {
  await scene.open();
  const [row] = await scene.rows();
  expect(JSON.parse(scene.keys(['--json']).stdout)).toEqual([
    {
      kid: row?.kid,
      algorithm: 'ES256',
      made: expect.any(String),
      signsFrom: row?.starts_at.toISOString(),
      publishedUntil: null,
      state: 'signs',
      sealedUnder: 'v1',
    },
  ]);
});

test('an expired key is not listed', async () => {
  await scene.open();
  scene.keys(['rotate']);
  scene.end();
  await scene.pass(81 * 60);
  expect(JSON.parse(scene.keys(['--json']).stdout)).toMatchObject([{ state: 'signs' }]);
});

test('a rotation is refused while the next key is published already', async () => {
  await scene.open();
  scene.keys(['rotate']);
  expect(scene.keys(['rotate'])).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^The next signing key is already published, and signs from \S+Z\n$/),
  });
  expect(await scene.rows()).toHaveLength(2);
});

test('a rotation under key encryption keys that are not those of the gateways is refused', async () => {
  await scene.open();
  const env = { KEY_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}` };
  expect(scene.keys(['rotate'], env)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^KEY_ENCRYPTION_KEYS: v1 does not decrypt the signing key /),
  });
  expect(await scene.rows()).toHaveLength(1);
});

test('--compromised under key encryption keys that do not open the newest key changes nothing', async () => {
  await scene.open();
  const before = await scene.rows();
  for (const version of ['v1', 'v2']) {
    const env = { KEY_ENCRYPTION_KEYS: setting([keyEncryptionKey(version)]) };
    expect(scene.keys(['rotate', '--compromised', '--json'], env)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^KEY_ENCRYPTION_KEYS: .*[\w-]{43}.* lost, .*--compromised --force.*\. Nothing was changed\. With --force, .*\n$/,
      ),
    });
    expect(await scene.rows()).toEqual(before);
  }
});

test('where the key encryption key is lost, --compromised --force creates a key and warns', async () => {
  await scene.open();
  const env = { KEY_ENCRYPTION_KEYS: `v2:${randomBytes(32).toString('base64')}` };
  const { status, stdout, stderr } = scene.keys(['rotate', '--compromised', '--force', '--json'], env);
  expect(JSON.parse(stdout)).toMatchObject([{ state: 'signs', sealedUnder: 'v2' }]);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^KEY_ENCRYPTION_KEYS does not decrypt the previous signing key\. /),
  });
  expect(await scene.rows()).toMatchObject([{ key_version: 'v2' }]);
});

test.each<[string[], NodeJS.ProcessEnv, string | RegExp]>([
  [['rotate'], {}, 'There is no signing key yet. The first gateway that starts creates one.\n'],
  [['remove'], {}, 'remove: the command must be list or rotate\n'],
  [['list', 'rotate'], {}, 'list rotate: the command must be list or rotate\n'],
  [['--compromised'], {}, '--compromised: can only be used with rotate\n'],
  [['--force'], {}, '--force: can only be used with --compromised\n'],
  [['rotate', '--force'], {}, '--force: can only be used with --compromised\n'],
  [['rotate', '--json'], {}, 'There is no signing key yet. The first gateway that starts creates one.\n'],
  [['--nonsense'], {}, /^Unknown option '--nonsense'/],
  [[], { DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'Cannot connect to PostgreSQL: ECONNREFUSED\n'],
  [
    [],
    { DATABASE_URL: '' },
    /^DATA_DIR \S+ contains no database\. Set DATA_DIR to the one .*, or set DATABASE_URL\.\n$/,
  ],
  [[], { DATABASE_URL: 'mysql://db' }, /DATABASE_URL: must start with postgres/],
])('%j with %j ends with a message', (args, env, message) => {
  const { status, stdout, stderr } = scene.keys(args, env);
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(message),
  });
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('a database that no gateway of this version has migrated is left as it is', async () => {
  await scene.sql('drop table signing_key');
  expect(scene.keys([])).toMatchObject({
    status: 1,
    stderr: 'The database has no table of signing keys. Start a gateway of this version, which creates it.\n',
  });
});

test('--help tells what there is', () => {
  expect(scene.keys(['--help'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('--compromised'),
  });
});
