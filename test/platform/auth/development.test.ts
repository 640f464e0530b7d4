import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config/config.js';
import { createIssuer } from '../../harness/issuer.js';

const folder = mkdtempSync(join(tmpdir(), 'development-'));
const dataDir = join(folder, 'data');
const identityFile = join(dataDir, 'development.json');
const realmsFile = join(folder, 'realms.json');
const peppers = `v1:${randomBytes(32).toString('base64')}`;
const production = {
  NODE_ENV: 'production',
  REALMS_FILE: realmsFile,
  SECRET_PEPPERS: peppers,
  KEY_ENCRYPTION_KEYS: peppers,
  PUBLIC_URL: 'https://gateway.example.com',
};

beforeAll(async () => {
  const { issuer, audience, jwks } = await createIssuer('acme');
  writeFileSync(
    realmsFile,
    JSON.stringify({ default: 'acme', realms: [{ name: 'acme', issuer, audience, jwks }] }),
  );
  readConfig({ DATA_DIR: dataDir });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns a new DATA_DIR that does not exist yet. */
const freshDataDir = () => join(mkdtempSync(join(folder, 'fresh-')), 'data');

describe('development mode', () => {
  test.each([
    [{}],
    [{ NODE_ENV: 'development' }],
    [{ NODE_ENV: 'test' }],
    [{ NODE_ENV: '' }],
    [{ HOST: 'localhost' }],
    [{ HOST: '127.0.0.1' }],
    [{ HOST: '127.8.0.1' }],
    [{ HOST: '::1' }],
    [{ REALMS_FILE: '' }],
    [{ SECRET_PEPPERS: peppers }],
    [{ PUBLIC_URL: 'http://localhost:4000' }],
  ])('is on with %j', (env) => {
    const config = readConfig({ DATA_DIR: dataDir, ...env });
    expect(config.development).toBeDefined();
    expect(config.realms.realms.map(({ name }) => name)).toEqual(['development']);
  });

  test.each([
    [{ NODE_ENV: 'production' }],
    [{ NODE_ENV: 'production', HOST: 'localhost' }],
    [{ HOST: '0.0.0.0' }],
    [{ HOST: '::' }],
    [{ HOST: '192.168.1.5' }],
    [{ HOST: 'gateway.example.com' }],
    [{ HOST: 'localhost.example.com' }],
    [{ HOST: '127.0.0.1.example.com' }],
    [{ NODE_ENV: 'development', HOST: '0.0.0.0' }],
  ])('is off with %j, which names the missing variable and creates nothing', (env) => {
    const fresh = freshDataDir();
    const start = () => readConfig({ DATA_DIR: fresh, ...env });
    for (const name of ['REALMS_FILE', 'SECRET_PEPPERS', 'KEY_ENCRYPTION_KEYS', 'PUBLIC_URL']) {
      expect(start).toThrow(
        new RegExp(`^  ${name}: must be set outside development mode, for example ${name}=`, 'm'),
      );
    }
    expect(existsSync(fresh)).toBe(false);
  });

  test.each([
    [{ HOST: '0.0.0.0', REALMS_FILE: realmsFile }, ['SECRET_PEPPERS', 'KEY_ENCRYPTION_KEYS', 'PUBLIC_URL']],
    [
      { HOST: '0.0.0.0', REALMS_FILE: realmsFile, PUBLIC_URL: 'https://gateway.example.com' },
      ['SECRET_PEPPERS', 'KEY_ENCRYPTION_KEYS'],
    ],
    [
      { NODE_ENV: 'production', SECRET_PEPPERS: peppers },
      ['REALMS_FILE', 'KEY_ENCRYPTION_KEYS', 'PUBLIC_URL'],
    ],
    [
      {
        NODE_ENV: 'production',
        REALMS_FILE: realmsFile,
        SECRET_PEPPERS: peppers,
        KEY_ENCRYPTION_KEYS: peppers,
      },
      ['PUBLIC_URL'],
    ],
  ])('is off with %j, and the message names %j alone', (env, missing) => {
    let message = '';
    try {
      readConfig(env);
    } catch (error) {
      message = (error as Error).message;
    }
    expect([...message.matchAll(/^ {2}(\w+): must be set/gm)].map(([, name]) => name)).toEqual(missing);
  });

  test.each(['development', 'production'])(
    'is off with a realms file, whatever NODE_ENV is: %s',
    (NODE_ENV) => {
      const fresh = freshDataDir();
      const config = readConfig({ ...production, NODE_ENV, DATA_DIR: fresh });
      expect(config.development).toBeUndefined();
      expect(config.realms.realms.map(({ name }) => name)).toEqual(['acme']);
      expect(existsSync(fresh)).toBe(false);
    },
  );
});

describe('development mode with a realms file', () => {
  const trial = (env: NodeJS.ProcessEnv) =>
    readConfig({ REALMS_FILE: realmsFile, DATA_DIR: dataDir, ...env });

  test('creates the secrets that are not set, and trusts only the realms of the file', () => {
    const config = trial({});
    expect(config.generated).toEqual(['SECRET_PEPPERS', 'KEY_ENCRYPTION_KEYS']);
    expect(config.realms.realms.map(({ name }) => name)).toEqual(['acme']);
    expect(config.development).toBeUndefined();
    expect(config.peppers).toEqual(readConfig({ DATA_DIR: dataDir }).peppers);
    expect(config.keyEncryptionKeys).toEqual(readConfig({ DATA_DIR: dataDir }).keyEncryptionKeys);
  });

  test('uses the secrets that are set', () => {
    const config = trial({ SECRET_PEPPERS: peppers });
    expect(config.generated).toEqual(['KEY_ENCRYPTION_KEYS']);
    expect(config.peppers).not.toEqual(readConfig({ DATA_DIR: dataDir }).peppers);
  });

  test.each([['http://localhost:4000'], ['http://127.0.0.1:4000/gateway'], ['http://[::1]:4000']])(
    'is on with the URL %s',
    (PUBLIC_URL) => expect(trial({ PUBLIC_URL }).generated).toHaveLength(2),
  );

  test.each([
    [{ NODE_ENV: 'production' }],
    [{ HOST: '0.0.0.0' }],
    [{ PUBLIC_URL: 'https://gateway.example.com' }],
    [{ PUBLIC_URL: 'http://localhost.example.com' }],
  ])('is off with %j', (env) => {
    expect(() => trial(env)).toThrow(/^ {2}SECRET_PEPPERS: must be set outside development mode/m);
  });
});

describe('the development identity', () => {
  test('is readable by its owner alone', () => {
    expect(statSync(identityFile).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  test('is kept between starts', () => {
    const before = readFileSync(identityFile, 'utf8');
    const config = readConfig({ DATA_DIR: dataDir });
    expect(readFileSync(identityFile, 'utf8')).toBe(before);
    expect(config.development).toEqual(JSON.parse(before));
  });

  test('is another one in another folder', () => {
    const { development: another } = readConfig({ DATA_DIR: freshDataDir() });
    expect(another?.publicKey).not.toEqual(JSON.parse(readFileSync(identityFile, 'utf8')).publicKey);
  });

  test('is a fault that quotes nothing when it is broken', () => {
    const DATA_DIR = freshDataDir();
    mkdirSync(DATA_DIR);
    writeFileSync(join(DATA_DIR, 'development.json'), '{ "peppers": "v1:c2VjcmV0');
    expect(() => readConfig({ DATA_DIR })).toThrow(
      `DATA_DIR: cannot use ${DATA_DIR}/development.json (it is not valid JSON; delete it to create new keys)`,
    );
  });

  test('is a fault that names DATA_DIR when it cannot be written', () => {
    const DATA_DIR = join(identityFile, 'under-a-file');
    expect(() => readConfig({ DATA_DIR })).toThrow(/^DATA_DIR: cannot use .* \(ENOTDIR\)$/);
  });
});
