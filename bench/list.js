// Measures a page of 50 accounts with 1,000,000 accounts in 10,000 tenants, beside the same page with 1,000 accounts in
// 10 tenants: `npm run bench:list`, or with options `npm run bench:list -- --accounts 100000 --requests 20`. Two
// gateways run, each with its own embedded PostgreSQL, and are asked in turn for pages of their first tenants,
// which have a tenth of the accounts. The figures are medians of the times over HTTP.
import {
  developmentIdentity,
  developmentTenant,
  developmentToken,
} from '../dist/src/platform/auth/development.js';
import { queryRow } from './database.js';
import { databaseOf, makeDataDir, removeDataDir, startGateway } from './gateway.js';
import { runInterruptibly } from './interrupt.js';
import { listCases } from './list-cases.js';
import { createReader } from './list-reader.js';
import { readOptions } from './options.js';
import { showProgress } from './progress.js';
import { seedDataDir } from './seed-data-dir.js';
import { median, percentile } from './statistics.js';
import { table } from './table.js';

const { accounts, requests } = readOptions({
  accounts: { default: 1_000_000, max: 10_000_000 },
  requests: { default: 50, max: 1000 },
});

await runInterruptibly(async (signal) => {
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  try {
    const readers = [await start(1000, ends, signal), await start(accounts, ends, signal)];
    console.log(await compare(readers, signal));
  } finally {
    for (const end of ends.reverse()) await end();
  }
});

/**
 * @param {number} count
 * @param {(() => Promise<void>)[]} ends gets a function that stops and removes the gateway
 * @param {AbortSignal} signal
 */
async function start(count, ends, signal) {
  const dataDir = await makeDataDir();
  ends.push(() => removeDataDir(dataDir));
  await seedDataDir(dataDir, count, signal);
  const gateway = await startGateway(dataDir, signal);
  ends.push(gateway.stop);
  const { total } = await queryRow(
    await databaseOf(dataDir),
    `update tenant set secret_max_age_days = 365 where id = '${developmentTenant.id}'
     returning service_account_count as total`,
  );
  const identity = developmentIdentity(dataDir);
  const token = await developmentToken(identity, { role: 'tenant_viewer', lifetime: 24 * 60 * 60 });
  const reader = createReader(gateway.url, token, developmentTenant.id);
  return { count, cases: await listCases(reader, total) };
}

/** @param {Awaited<ReturnType<typeof start>>[]} readers @param {AbortSignal} signal */
async function compare(readers, signal) {
  const names = readers[0]?.cases.map(({ name }) => name) ?? [];
  const progress = showProgress(names.length, 'kinds of pages');
  const rows = [];
  for (const [index, name] of names.entries()) {
    /** @type {number[][]} */
    const times = readers.map(() => []);
    /** @type {number[]} */
    const found = [];
    for (let request = 0; request < requests; request++) {
      for (const [which, { cases }] of readers.entries()) {
        signal.throwIfAborted();
        const begin = performance.now();
        found[which] = (await cases[index]?.read()) ?? 0;
        times[which]?.push(performance.now() - begin);
      }
    }
    const [few = Number.NaN, many = Number.NaN] = times.map(median);
    const slowest = percentile(times[1] ?? [], 1);
    rows.push([
      name,
      ...found.map(String),
      ...[few, many, slowest].map((time) => time.toFixed(1)),
      (many / few).toFixed(2),
    ]);
    progress.add(1);
  }
  progress.stop();
  const [few, many] = readers.map(({ count }) => `${count}`);
  return table([
    [
      '',
      `${few} accounts: found`,
      `${many} accounts: found`,
      `${few} accounts: ms`,
      `${many} accounts: ms`,
      'slowest, ms',
      'ratio',
    ],
    ...rows,
  ]);
}
