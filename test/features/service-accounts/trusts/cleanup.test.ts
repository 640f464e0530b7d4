import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { somebody } from '../../../harness/admin.js';
import { holdIntervals, restoreClock } from '../../../harness/clock.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { newTrust, trustCalls } from './trust-calls.js';

let gateway: Gateway;
let pass: (time: number) => void;
beforeAll(async () => {
  pass = holdIntervals();
  gateway = await startGateway();
});
afterAll(async () => {
  restoreClock();
  await gateway.close();
});

/** Lets the gateway clean up once, and waits until something has been done, or for two seconds. */
async function sweepUntil(isDone: () => Promise<boolean>) {
  pass(60_000);
  for (let attempt = 0; attempt < 100 && !(await isDone()); attempt++)
    await new Promise((r) => setTimeout(r, 20));
}

test('a trust is removed 30 days after it expired', async () => {
  const admin = await somebody(gateway);
  const { id } = await admin.create();
  const ids: string[] = [];
  for (let n = 0; n < 3; n++)
    ids.push((await trustCalls.REST(admin).add(id, newTrust())).trust?.id.slice(6) ?? '');
  const left = async () => {
    const rows = await gateway.sql<{ id: string }>('select id from service_account_trust');
    return ids.map((one) => rows.some((row) => row.id === one));
  };
  const set = (index: number, column: string, days: number) =>
    gateway.sql(`update service_account_trust set ${column} = now() - $2 * interval '1 day' where id = $1`, [
      ids[index],
      days,
    ]);
  await set(0, 'expires_at', 31);
  await set(1, 'expires_at', 29);
  await set(2, 'created_at', 31);
  await sweepUntil(async () => !(await left())[0]);
  expect(await left()).toEqual([false, true, true]);
});

test('the record of a used token is removed when the token has expired', async () => {
  await gateway.sql(
    `insert into used_workload_token values ('old', now() - interval '2 minutes'), ('new', now() + interval '1 minute')`,
  );
  const left = async () =>
    (await gateway.sql<{ hash: string }>('select hash from used_workload_token')).map(({ hash }) => hash);
  await sweepUntil(async () => (await left()).length === 1);
  expect(await left()).toEqual(['new']);
});
