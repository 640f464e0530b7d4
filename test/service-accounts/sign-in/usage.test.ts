import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Usage } from '../../../src/service-accounts/sign-in/usage.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import { restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { until } from './until.js';

let gateway: Gateway;
let pool: Pool;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  pool = new Pool({ connectionString: gateway.databaseUrl });
  admin = await somebody(gateway);
});
afterEach(restoreClock);
afterAll(async () => {
  await pool.end();
  await gateway.close();
});

const log = pino({ level: 'silent' });
const often = 10;

/** An account and its secret, by their stored ids. */
async function createAccount() {
  const { id } = await admin.create();
  const [secret] = (await admin.rest('GET', `/${id}/secret`)).body.data;
  return { id, accountId: id.slice(3) as string, secretId: secret.id.slice(7) as string };
}

const read = async ({ id }: { id: string }) => {
  const account = (await admin.rest('GET', `/${id}`)).body.data;
  const [secret] = (await admin.rest('GET', `/${id}/secret`)).body.data;
  return { account, secret };
};

const isUsed = ({ account, secret }: Awaited<ReturnType<typeof read>>) =>
  account.lastUsedAt !== null && secret.lastUsedAt !== null;

const issued = async ({ id }: { id: string }) =>
  (await admin.rest('GET', `/${id}/token-usage`)).body.data as { hour: string; count: number }[];

test('when account and secret were last used is there soon, and changes nothing else of them', async () => {
  const usage = new Usage(pool, log, often);
  const one = await createAccount();
  const before = await read(one);
  expect(isUsed(before)).toBe(false);
  const from = Date.now();
  usage.signedIn(one);
  const { account, secret } = await until(() => read(one), isUsed);
  for (const { lastUsedAt } of [account, secret]) expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(from);
  expect(account).toEqual({ ...before.account, lastUsedAt: account.lastUsedAt });
  expect(secret).toEqual({ ...before.secret, lastUsedAt: secret.lastUsedAt });
  await usage.close();
});

test('tokens are counted hour by hour, each of them once', async () => {
  const two = [new Usage(pool, log, often), new Usage(pool, log, often)];
  const one = await createAccount();
  expect(await issued(one)).toEqual([]);
  for (let token = 0; token < 1000; token++) {
    two[token % 2]?.signedIn(one);
    if (token % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(two.map((usage) => usage.close()));
  const counts = await issued(one);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  for (const { hour } of counts) expect(hour).toMatch(/T\d\d:00:00.000Z$/);
});

test('an account that was removed meanwhile holds up no other', async () => {
  const usage = new Usage(pool, log, often);
  const one = await createAccount();
  usage.signedIn({ accountId: randomUUID(), secretId: randomUUID() });
  usage.signedIn(one);
  await until(() => read(one), isUsed);
  await usage.close();
  expect(await issued(one)).toEqual([{ hour: expect.any(String), count: 1 }]);
});
