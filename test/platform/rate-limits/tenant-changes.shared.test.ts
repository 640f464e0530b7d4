import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { databaseUrl, sql } from '../../harness/database.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { untilAvailable } from '../../harness/until-available.js';

let one: Gateway;
let other: Gateway;
beforeAll(async () => {
  one = await startGateway({ RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_TENANT_CHANGES: '12' });
  other = await startGateway(one.env);
});
afterAll(async () => {
  restoreClock();
  await other.close();
  await one.close();
});

test('of many changes at the same time, two gateways on one database let through exactly the budget', async () => {
  moveClock(0);
  const tenant = await one.createTenant();
  // Both gateways trust the issuer of the first.
  const here = await somebody(one, tenant);
  const there = await somebody({ ...other, as: one.as }, tenant, 'super_admin');
  const ids: string[] = [];
  for (const minute of [0, 1]) {
    moveClock(minute * 61);
    for (let n = 0; n < 12; n++) ids.push((await (n % 2 ? here : there).create()).id);
  }
  moveClock(122);
  const answers = await Promise.all(
    ids.map((id, n) => (n % 2 ? here : there).rest('PATCH', `/${id}`, { owner: 'Ops' })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([
    ...Array(12).fill(200),
    ...Array(12).fill(429),
  ]);
  const changed = `select from service_account where tenant_id = $1 and owner = 'Ops'`;
  expect(await one.sql(changed, [tenant])).toHaveLength(12);
  // The transactions did not wait for connections that other transactions had.
  for (const { log } of [one, other]) expect(log.join('')).not.toContain('cannot count');
});

test('a database that ends the connections of the counters ends no gateway', async () => {
  const admin = await somebody(one);
  await admin.create();
  const name = new URL(one.env.DATABASE_URL ?? '').pathname.slice(1);
  const end = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
  await sql(databaseUrl('postgres'), end, [name]);
  const { status } = await untilAvailable(() => admin.rest('POST', '/create', {}));
  expect(status).toBe(200);
});
