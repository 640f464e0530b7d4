import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { pino } from 'pino';
import { startCleanup } from '../../../src/platform/cleanup/start-cleanup.js';
import { holdIntervals, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { until } from '../../harness/until.js';

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

const count = async (table: string): Promise<number> =>
  (await gateway.sql<{ count: number }>(`select count(*)::integer as count from ${table}`))[0]?.count ?? 0;

/** Inserts rows that may be deleted: more than two batches of each table that clients can fill quickly. */
const tables: [string, string, number][] = [
  ['revoked_token', `select 'jti-' || n, now() - interval '2 minutes'`, 25_000],
  ['audit_minute', `select now() - interval '10 minutes', sha256(n::text::bytea)`, 45_000],
  ['rate_limit', `select 'key-' || n, 1, 0`, 110_000],
  ['token_count', `select gen_random_uuid(), date_trunc('hour', now() - interval '91 days'), n`, 45_000],
];

test.each(tables)(
  'one run deletes everything that is old from %s',
  async (table, rows, most) => {
    await gateway.sql(`insert into ${table} ${rows} from generate_series(1, $1::integer) n`, [most]);
    pass(60_000);
    expect(
      await until(
        () => count(table),
        (left) => left === 0,
      ),
    ).toBe(0);
  },
  60_000,
);

const silent = pino({ level: 'silent' });
const unused = new Pool();

/** Makes a job that notes when it begins and ends, and always has more to do. */
function endlessJob(notes: string[], name: string) {
  return {
    task: name,
    runBatch: async () => {
      notes.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      notes.push(`${name} ends`);
      return true;
    },
  };
}

test('jobs take turns, and a run that is due during another one does not overlap it', async () => {
  const notes: string[] = [];
  const stop = startCleanup(unused, silent, [endlessJob(notes, 'a'), endlessJob(notes, 'b')], 1);
  await until(
    async () => notes.length,
    (length) => length >= 12,
  );
  await stop();
  const round = ['a begins', 'a ends', 'b begins', 'b ends'];
  expect(notes.slice(0, 12)).toEqual([...round, ...round, ...round]);
});

test('a stop waits for the batch that runs, and begins no other one', async () => {
  const notes: string[] = [];
  const stop = startCleanup(unused, silent, [endlessJob(notes, 'a')], 1);
  await until(
    async () => notes.length,
    (length) => length > 0,
  );
  await stop();
  const atStop = [...notes];
  expect(atStop.at(-1)).toBe('a ends');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(notes).toEqual(atStop);
});

test('a job that fails does not keep the others from their work', async () => {
  const notes: string[] = [];
  const failing = { task: 'fail', runBatch: () => Promise.reject(new Error('no')) };
  const stop = startCleanup(unused, silent, [failing, endlessJob(notes, 'a')], 1);
  await until(
    async () => notes.length,
    (length) => length >= 4,
  );
  await stop();
  expect(notes.slice(0, 4)).toEqual(['a begins', 'a ends', 'a begins', 'a ends']);
});
