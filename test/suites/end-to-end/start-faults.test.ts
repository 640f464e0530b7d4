import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrations } from '../../../src/platform/database/migrations/migrations.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { startProcess, stopAll } from '../../harness/gateway-process.js';

let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), 'start-faults-'));
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
  await rm(folder, { recursive: true });
});

/** Starts a gateway that must fail. @returns its message */
async function failing(env: NodeJS.ProcessEnv): Promise<string> {
  const one = await startProcess(env);
  expect(await one.ended()).toBe(1);
  expect(one.stdout()).toBe('');
  // Lines of the ORM may come before the message, which is for a person.
  const said = one.stderr().slice(one.stderr().indexOf('service-account-gateway cannot start. '));
  expect(said).toMatch(/^service-account-gateway cannot start\. /);
  expect(one.stderr()).not.toMatch(/^\s+at |node_modules|Error:/m);
  return said;
}

test('a port that is taken is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const said = await failing({ ...gateway.env, PORT: `${port}` }).finally(() => server.close());
  expect(said).toContain(`PORT, HOST: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
});

test('all faults of the configuration are reported together, each with its variable', async () => {
  const realms = join(folder, 'realms.json');
  await writeFile(
    realms,
    JSON.stringify({ default: 'acme', realms: [{ name: 'acme', issuer: 'x', grant: {} }] }),
  );
  const said = await failing({
    NODE_ENV: 'production',
    PORT: '70000',
    PUBLIC_URL: 'gateway.example.com',
    DATABASE_URL: 'mysql://localhost',
    REALMS_FILE: realms,
    SECRET_PEPPERS: 'v1:short',
    SERVICE_ACCOUNT_LIMIT: '-1',
    TRUST_PROXY: 'everyone',
    CORS_ORIGINS: 'example.com',
    INTROSPECTION: 'maybe',
    LOG_LEVEL: 'loud',
  });
  for (const name of [
    'PORT',
    'PUBLIC_URL',
    'DATABASE_URL',
    'SECRET_PEPPERS',
    'SERVICE_ACCOUNT_LIMIT',
    'TRUST_PROXY',
    'CORS_ORIGINS',
    'INTROSPECTION',
    'LOG_LEVEL',
    `REALMS_FILE: ${realms}`,
  ]) {
    expect(said).toMatch(new RegExp(`^  ${name}: `, 'm'));
  }
  expect(said).toMatch(/realms\[0\]\.audience: /);
  expect(said).toMatch(/grant\b/);
});

test.each([
  ['in production', { NODE_ENV: 'production' }],
  ['on an address that others reach', { HOST: '0.0.0.0' }],
])('%s nothing is made up: the missing variable is named', async (_where, env) => {
  const said = await failing({ DATA_DIR: join(folder, 'data'), ...env });
  for (const name of ['REALMS_FILE', 'SECRET_PEPPERS', 'KEY_ENCRYPTION_KEYS', 'PUBLIC_URL']) {
    expect(said).toMatch(new RegExp(`^  ${name}: must be set`, 'm'));
  }
});

test('a database that cannot be reached is reported, without its password', async () => {
  const said = await failing({ ...gateway.env, DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/none' });
  expect(said).toMatch(/DATABASE_URL: cannot connect to PostgreSQL: /);
  expect(said).not.toContain('hunter2');
});

test('a realms file that is not there is reported', async () => {
  const said = await failing({ ...gateway.env, REALMS_FILE: join(folder, 'nowhere.json') });
  expect(said).toMatch(/REALMS_FILE: .*nowhere\.json/);
});

test('a migration that fails is named with its reason, and the gateway that runs continues', async () => {
  const name = '20261128-tokens';
  // What this migration and the newest one have made still exists.
  const names = [name, migrations.at(-1)?.name];
  await gateway.sql('delete from migration where name = any ($1)', [names]);
  const said = await failing(gateway.env);
  await gateway.sql('insert into migration (name) select unnest($1::text[])', [names]);
  expect(said).toBe(
    `service-account-gateway cannot start. DATABASE_URL: migration ${name} failed: ` +
      'column "token_generation" of relation "service_account" already exists (SQLSTATE 42701). ' +
      'The schema is unchanged.\n',
  );
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  expect(await gateway.create(headers)).toMatchObject({ status: 200 });
});
