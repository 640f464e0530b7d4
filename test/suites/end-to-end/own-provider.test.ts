import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '../../harness/database.js';
import { freePort, type GatewayProcess, startProcess, stopAll } from '../../harness/gateway-process.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';

// A person tries the gateway on a laptop with their identity provider: REALMS_FILE is all that is set.
const folder = mkdtempSync(join(tmpdir(), 'own-provider-'));
const grants = { roles: ['tenant_admin'], tenants: '*' };
let gateway: GatewayProcess;
let acme: Issuer;
let away: string;
let awayCi: string;
let database: Awaited<ReturnType<typeof createDatabase>>;

beforeAll(async () => {
  acme = await createIssuer('acme');
  away = `http://127.0.0.1:${await freePort()}`;
  awayCi = `${away}/ci`;
  const { issuer, audience, jwks } = acme;
  const realms = [
    { name: 'acme', issuer, audience, jwks },
    { name: 'away', issuer: away, audience, grants },
  ];
  const REALMS_FILE = join(folder, 'realms.json');
  writeFileSync(REALMS_FILE, JSON.stringify({ default: 'acme', realms }));
  const WORKLOAD_ISSUERS_FILE = join(folder, 'workload-issuers.json');
  writeFileSync(WORKLOAD_ISSUERS_FILE, JSON.stringify({ issuers: [{ name: 'ci', issuer: awayCi }] }));
  database = await createDatabase();
  gateway = await startProcess({
    REALMS_FILE,
    WORKLOAD_ISSUERS_FILE,
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'data'),
  });
  await gateway.ready();
});
afterAll(async () => {
  await stopAll();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function ask(headers: Record<string, string>) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query":"{ viewer { realm roles } }"}',
  });
  return response.json();
}

/** Returns the first line of the log with this message. */
async function lineOf(message: string): Promise<Record<string, unknown>> {
  for (;;) {
    const found = gateway
      .stderr()
      .split('\n')
      .find((line) => line.includes(message));
    if (found) return JSON.parse(found);
    await setTimeout(10);
  }
}

test('it starts without peppers and keys, and accepts tokens of the identity provider', async () => {
  const authorization = `Bearer ${await acme.sign({ roles: ['super_admin'] })}`;
  expect(await ask({ authorization })).toEqual({
    data: { viewer: { realm: 'acme', roles: ['SUPER_ADMIN'] } },
  });
});

test('it trusts no development realm, and prints how to check a token instead of a token', () => {
  expect(gateway.stdout()).toContain('service-account-gateway is ready.');
  expect(gateway.stdout()).toContain('npm run --silent check-token -- TOKEN');
  expect(gateway.stdout()).not.toMatch(/Bearer|curl/);
});

test('the log says that the secrets are those of development mode', async () => {
  expect(await lineOf('Development mode uses')).toMatchObject({
    level: 40,
    msg: `Development mode uses the SECRET_PEPPERS and KEY_ENCRYPTION_KEYS in ${join(folder, 'data')}/development.json. Set them yourself in production.`,
  });
});

test('the log names an identity provider that cannot be reached, before any request needs it', async () => {
  expect(await lineOf('Keys of the realm cannot be read')).toMatchObject({
    realm: 'away',
    url: `${away}/.well-known/openid-configuration`,
    reason: 'ECONNREFUSED',
  });
});

test('the log names a workload issuer that cannot be reached, too', async () => {
  expect(await lineOf('Keys of the workload issuer cannot be read')).toMatchObject({
    workloadIssuer: 'ci',
    url: `${awayCi}/.well-known/openid-configuration`,
    reason: 'ECONNREFUSED',
  });
});

test('an unknown realm in the header gets the names of the realms', async () => {
  const authorization = `Bearer ${await acme.sign()}`;
  const { errors } = (await ask({ authorization, realmname: 'acne' })) as {
    errors: { extensions: { details: unknown } }[];
  };
  expect(errors[0]?.extensions.details).toEqual({
    reason: 'The realm in the realmname header does not exist; the realms are acme, away',
  });
});
