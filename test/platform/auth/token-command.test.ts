import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { developmentTenant } from '../../../src/platform/auth/development.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer } from '../../harness/issuer.js';

const folder = mkdtempSync(join(tmpdir(), 'token-'));
const dataDir = join(folder, 'data');
const realmsFile = join(folder, 'realms.json');
const production = {
  NODE_ENV: 'production',
  REALMS_FILE: realmsFile,
  SECRET_PEPPERS: `v1:${randomBytes(32).toString('base64')}`,
  KEY_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}`,
  PUBLIC_URL: 'https://gateway.example.com',
};

let gateway: Gateway;

beforeAll(async () => {
  const { issuer, audience, jwks } = await createIssuer('acme');
  const realms = [{ name: 'acme', issuer, audience, jwks }];
  writeFileSync(realmsFile, JSON.stringify({ default: 'acme', realms }));
  const unset = {
    NODE_ENV: '',
    REALMS_FILE: '',
    SECRET_PEPPERS: '',
    KEY_ENCRYPTION_KEYS: '',
    PUBLIC_URL: '',
  };
  gateway = await startGateway({ ...unset, DATA_DIR: dataDir });
});
afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

/** Runs `npm run token` without the build, in a folder without a .env. */
function token(args: string[], env: NodeJS.ProcessEnv = { DATA_DIR: dataDir }) {
  const command = resolve('dist/src/cli/token.js');
  return spawnSync(process.execPath, [command, ...args], { cwd: folder, env, encoding: 'utf8' });
}

test('the token command prints one token that the gateway takes, good for 15 minutes', async () => {
  const { stdout, stderr, status } = token(['--role', 'tenant_admin']);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { iat = 0, exp } = decodeJwt(stdout.trim());
  expect(exp).toBe(iat + 15 * 60);

  const headers = { authorization: `Bearer ${stdout.trim()}`, 'x-tenantid': developmentTenant.id };
  const answer = await gateway.create(headers);
  expect(answer).toMatchObject({
    status: 200,
    body: { data: { tenant: { id: developmentTenant.id, name: 'Acme Corporation' } } },
  });
});

test.each(['super_admin', 'tenant_admin', 'tenant_viewer'])('the token command makes a %s', async (role) => {
  const authorization = `Bearer ${token(['--role', role]).stdout.trim()}`;
  const { body } = await gateway.graphql({ authorization }, '{ viewer { realm roles } }');
  expect(body).toEqual({ data: { viewer: { realm: 'development', roles: [role.toUpperCase()] } } });
});

test.each([
  [['--tenant', 'acme'], '--tenant: must be a UUID'],
  [['--role', 'owner'], '--role: must be one of super_admin, tenant_admin, tenant_viewer'],
  [['--minutes', '0'], '--minutes: must be a whole number'],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('the token command refuses %j with a message and no token', (args, message) => {
  expect(token(args)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(message) });
});

test.each<[string, NodeJS.ProcessEnv, string]>([
  [
    'with a realms file',
    { ...production, NODE_ENV: 'development', DATA_DIR: dataDir },
    'prints tokens of the development realm, which exists only if',
  ],
  [
    'in production',
    { ...production, DATA_DIR: dataDir },
    'prints tokens of the development realm, which exists only if',
  ],
  [
    'in production that is not set up',
    { NODE_ENV: 'production', DATA_DIR: dataDir },
    'REALMS_FILE: must be set',
  ],
  ['on a public address', { HOST: '0.0.0.0', DATA_DIR: dataDir }, 'REALMS_FILE: must be set'],
])('the token command refuses %s', (_name, env, message) => {
  const { status, stdout, stderr } = token([], env);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('the token command makes nothing that a gateway outside development mode takes', async () => {
  const other = await startGateway({ DATA_DIR: dataDir });
  const authorization = `Bearer ${token([]).stdout.trim()}`;
  for (const realmname of ['acme', 'development']) {
    expect(await other.create({ authorization, realmname })).toMatchObject({ status: 401 });
  }
  await other.close();
});
