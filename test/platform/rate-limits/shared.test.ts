import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { holdIntervals, moveClock, restoreClock } from '../../harness/clock.js';
import { databaseUrl, sql } from '../../harness/database.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { each, somebody, status, transports } from './somebody.js';

const limits = { RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_CALLER: '4', RATE_LIMIT_ADDRESS: '1000' };
let one: Gateway;
let other: Gateway;
beforeAll(async () => {
  one = await startGateway(limits);
  other = await startGateway(one.env);
  // These calls open all connections first, because a gateway that gets no count within a second counts by itself.
  for (const gateway of [one, other]) {
    const callers = await Promise.all(Array.from({ length: 10 }, () => somebody(gateway)));
    await Promise.all(callers.map((headers) => transports.GraphQL(gateway, headers)));
  }
});
afterAll(async () => {
  await other.close();
  await one.close();
});

test('two gateways on one database count together', async () => {
  const headers = await somebody(one);
  expect(await each(2, () => transports.GraphQL(one, headers), status)).toEqual([200, 200]);
  expect(await each(3, () => transports.GraphQL(other, headers), status)).toEqual([200, 200, 429]);
  expect(await each(1, () => transports.GraphQL(one, headers), status)).toEqual([429]);
});

test('exactly the limit gets through when many ask at the same time', async () => {
  const headers = await somebody(one);
  const calls = Array.from({ length: 20 }, (_, n) => transports.GraphQL(n % 2 ? one : other, headers));
  const codes = (await Promise.all(calls)).map(status);
  expect(codes.filter((code) => code === 200)).toHaveLength(4);
  expect(codes.filter((code) => code === 429)).toHaveLength(16);
});

test('a window that has ended has ended in the database, too', async () => {
  const headers = await somebody(one);
  expect(await each(5, () => transports.GraphQL(one, headers), status)).toContain(429);
  try {
    moveClock(61);
    expect(await transports.GraphQL(one, headers)).toMatchObject({ status: 200 });
    expect(await transports.GraphQL(other, headers)).toMatchObject({ status: 200 });
  } finally {
    restoreClock();
  }
});

test('who is refused is not asked about again', async () => {
  const headers = await somebody(one);
  await each(5, () => transports.GraphQL(one, headers), status);
  const points = `select sum(points)::int as points from rate_limit where key like 'caller:%'`;
  const before = await one.sql(points);
  expect(await each(3, () => transports.GraphQL(one, headers), status)).toEqual([429, 429, 429]);
  expect(await one.sql(points)).toEqual(before);
});

test('nobody is named in the table', async () => {
  await transports.GraphQL(one, await somebody(one, { sub: 'a-visible-subject' }));
  const rows = await one.sql<{ key: string }>('select key from rate_limit');
  expect(rows.length).toBeGreaterThan(1);
  for (const { key } of rows) expect(key).toMatch(/^(caller|address):[\w-]{43}$/);
});

/** Runs a function with a new gateway while its database fails, since a gateway avoids a failing one for a while. */
async function whileFailing(fail: string, mend: string, run: (gateway: Gateway) => Promise<void>) {
  const gateway = await startGateway(limits);
  const client = new pg.Client({ connectionString: gateway.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query(fail);
    await run(gateway);
  } finally {
    await client.query(mend);
    await client.end();
    await gateway.close();
  }
}

const failures: [string, string, string][] = [
  ['fails', 'alter table rate_limit rename to elsewhere', 'alter table elsewhere rename to rate_limit'],
  ['hangs', 'begin; lock table rate_limit in access exclusive mode', 'rollback'],
];

test.each(failures)('while the database %s a gateway counts by itself', async (_how, fail, mend) => {
  await whileFailing(fail, mend, async (gateway) => {
    const headers = await somebody(gateway);
    const calls = await each(5, () => transports.GraphQL(gateway, headers), status);
    expect(calls).toEqual([200, 200, 200, 200, 429]);
    expect(gateway.log.filter((line) => line.includes('cannot count requests for rate limits'))).toHaveLength(
      2,
    );
  });
});

test('so it does while it cannot reach the database at all', async () => {
  const gateway = await startGateway(limits);
  const name = new URL(gateway.env.DATABASE_URL ?? '').pathname.slice(1);
  const allow = (allowed: boolean) =>
    sql(databaseUrl('postgres'), `alter database ${name} allow_connections ${allowed}`);
  try {
    const headers = await somebody(gateway);
    await allow(false);
    const end = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
    await sql(databaseUrl('postgres'), end, [name]);
    const calls = await each(5, () => transports.GraphQL(gateway, headers), status);
    expect(calls).toEqual([200, 200, 200, 200, 429]);
  } finally {
    await allow(true);
    await gateway.close();
  }
});

test('and counts in the database again when that is back', async () => {
  const gateway = await startGateway(limits);
  try {
    const headers = await somebody(gateway);
    await gateway.sql('alter table rate_limit rename to elsewhere');
    expect(await transports.GraphQL(gateway, headers)).toMatchObject({ status: 200 });
    await gateway.sql('alter table elsewhere rename to rate_limit');
    const count = async () => (await gateway.sql('select from rate_limit')).length;
    await transports.GraphQL(gateway, headers);
    expect(await count()).toBe(0);
    moveClock(11);
    await transports.GraphQL(gateway, headers);
    expect(await count()).toBe(2);
  } finally {
    restoreClock();
    await gateway.close();
  }
});

test('expired counts are deleted within a minute, and others are kept', async () => {
  const letPass = holdIntervals();
  const gateway = await startGateway(limits);
  try {
    const row = 'insert into rate_limit values ($1, 1, $2)';
    await gateway.sql(row, ['over', Date.now() - 1]);
    await gateway.sql(row, ['running', Date.now() + 50_000]);
    letPass(60_000);
    const keys = () => gateway.sql('select key from rate_limit');
    for (let n = 0; n < 100 && (await keys()).length > 1; n++) await setTimeout(20);
    expect(await keys()).toEqual([{ key: 'running' }]);
  } finally {
    restoreClock();
    await gateway.close();
  }
});
