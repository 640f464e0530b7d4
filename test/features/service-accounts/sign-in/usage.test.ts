import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client, Pool } from 'pg';
import { pino } from 'pino';
import { writeAccounts } from '../../../../src/features/service-accounts/sign-in/last-uses.js';
import { Usage } from '../../../../src/features/service-accounts/sign-in/usage.js';
import { cleanupJobs } from '../../../../src/platform/cleanup/jobs.js';
import { startCleanup } from '../../../../src/platform/cleanup/start-cleanup.js';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { moveClock, restoreClock } from '../../../harness/clock.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { until } from '../../../harness/until.js';
import { createMachine, issued, isUsed, type Machine, read, signIn, total } from './machines.js';

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
/** The milliseconds between two writes, for a test that needs frequent ones. */
const often = 10;
const never = 2 ** 31 - 1;

/** Reads the versions of both rows, which differ after each write. */
async function versionsOf({ stored }: Machine): Promise<string[]> {
  const rows = await gateway.sql<{ xmin: string }>(
    `select xmin::text from service_account where id = $1
     union all select xmin::text from service_account_secret where id = $2`,
    [stored.accountId, stored.secretId],
  );
  return rows.map(({ xmin }) => xmin);
}

test('account and secret are written at most once a minute, and then with the last use', async () => {
  const usage = new Usage(pool, log, often);
  const [one, other] = [await createMachine(admin), await createMachine(admin)];
  signIn(usage, one.stored);
  await until(() => read(admin, one), isUsed);
  const written = await versionsOf(one);
  moveClock(30);
  const lastUse = new Date();
  signIn(usage, one.stored);
  signIn(usage, other.stored);
  await until(() => read(admin, other), isUsed);
  expect(await versionsOf(one)).toEqual(written);
  moveClock(62);
  const { account, secret } = await until(
    () => read(admin, one),
    ({ account, secret }) => [account, secret].every((row) => row.lastUsedAt === lastUse.toISOString()),
  );
  expect([account.lastUsedAt, secret.lastUsedAt]).toEqual([lastUse.toISOString(), lastUse.toISOString()]);
  await usage.close();
});

test('a later use that another gateway has written stays', async () => {
  const [slow, quick] = [new Usage(pool, log, never), new Usage(pool, log, often)];
  const one = await createMachine(admin);
  signIn(slow, one.stored);
  moveClock(10);
  const lastUse = new Date().toISOString();
  signIn(quick, one.stored);
  await until(() => read(admin, one), isUsed);
  await Promise.all([slow.close(), quick.close()]);
  const { account, secret } = await read(admin, one);
  expect([account.lastUsedAt, secret.lastUsedAt]).toEqual([lastUse, lastUse]);
});

test('a locked row is written later, and holds up no other', async () => {
  const usage = new Usage(pool, log, often);
  const [held, other] = [await createMachine(admin), await createMachine(admin)];
  const holder = new Client({ connectionString: gateway.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from service_account where id = $1 for update', [held.stored.accountId]);
  signIn(usage, held.stored);
  signIn(usage, other.stored);
  await until(() => read(admin, other), isUsed);
  const { account, secret } = await until(
    () => read(admin, held),
    ({ secret }) => secret.lastUsedAt !== null,
  );
  expect([account.lastUsedAt, secret.lastUsedAt]).toEqual([null, expect.any(String)]);
  expect(total(await issued(admin, held))).toBe(1);
  await holder.query('rollback');
  await holder.end();
  expect(isUsed(await until(() => read(admin, held), isUsed))).toBe(true);
  await usage.close();
});

test('sign-ins and changes of the same accounts never wait for each other in a circle', async () => {
  const machines = await Promise.all(Array.from({ length: 20 }, () => createMachine(admin)));
  const ids = machines.map(({ id }) => id);
  let isOver = false;
  const changes = async (field: string) => {
    for (let time = 0; time < 10; time++) {
      const { [field]: done } = await admin.run(
        `mutation ($ids: [ID!]!) { ${field}(input: { ids: $ids }) { results { error { code } } } }`,
        { ids },
      );
      for (const { error } of done.results) expect([null, 'CONFLICT']).toContain(error?.code ?? null);
    }
  };
  const uses = async () => {
    for (let second = 0; !isOver; second++) {
      const at = new Date(Date.now() + second * 1000);
      const some = machines.map(({ stored }) => stored.accountId).reverse();
      await writeAccounts(pool, [some, some.map(() => at)]);
    }
  };
  const writing = [uses(), uses()];
  await Promise.all([changes('disableServiceAccounts'), changes('enableServiceAccounts')]);
  isOver = true;
  await Promise.all(writing);
  expect(gateway.log.filter((line) => line.includes('40P01'))).toEqual([]);
});

test('an account that was removed during that time holds up no other', async () => {
  const usage = new Usage(pool, log, never);
  const one = await createMachine(admin);
  const gone = randomUUID();
  signIn(usage, { accountId: gone, secretId: randomUUID() });
  signIn(usage, one.stored);
  await usage.close();
  expect(isUsed(await read(admin, one))).toBe(true);
  expect(total(await issued(admin, one))).toBe(1);
  expect(await gateway.sql('select from token_count where service_account_id = $1', [gone])).toEqual([]);
});

test('more than a statement takes is written by several', async () => {
  const usage = new Usage(pool, log, never);
  const machines = [await createMachine(admin), await createMachine(admin)];
  const [first, last] = machines;
  if (first) signIn(usage, first.stored);
  for (let other = 0; other < 1200; other++)
    signIn(usage, { accountId: randomUUID(), secretId: randomUUID() });
  if (last) signIn(usage, last.stored);
  await usage.close();
  for (const machine of machines) {
    expect(isUsed(await read(admin, machine))).toBe(true);
    expect(total(await issued(admin, machine))).toBe(1);
  }
});

test('counts are deleted after 90 days, and what tells of their batches after 7', async () => {
  const { stored } = await createMachine(admin);
  await gateway.sql(
    `insert into token_count select $1, date_trunc('hour', now()) - make_interval(days => days), 1
     from unnest(array[1, 89, 91]) days`,
    [stored.accountId],
  );
  const [old, recent] = [randomUUID(), randomUUID()];
  await gateway.sql(
    `insert into token_count_batch values ($1, now() - interval '8 days'), ($2, now() - interval '6 days')`,
    [old, recent],
  );
  const rows = async () => ({
    counts: await gateway.sql<{ days: number }>(
      `select round(extract(epoch from now() - hour) / 86400)::integer as days from token_count
       where service_account_id = $1 order by hour desc`,
      [stored.accountId],
    ),
    batches: await gateway.sql('select id from token_count_batch where id in ($1, $2)', [old, recent]),
  });
  const end = startCleanup(pool, log, [cleanupJobs.tokenCounts, cleanupJobs.countBatches], often);
  const left = await until(rows, ({ counts, batches }) => counts.length < 3 && batches.length < 2);
  end();
  expect(left).toEqual({ counts: [{ days: 1 }, { days: 89 }], batches: [{ id: recent }] });
});
