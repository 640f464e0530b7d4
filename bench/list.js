// Measures a page of 50 accounts with 1,000,000 accounts in 10,000 tenants, beside the same page with 1,000 accounts in
// 10 tenants: `npm run bench:list`, or with options `npm run bench:list -- --accounts 100000 --requests 20`. Two
// gateways run, each with its own embedded PostgreSQL, and are asked in turn for pages of their first tenants,
// which have a tenth of the accounts. The figures are medians of the times over HTTP.
import {
  developmentIdentity,
  developmentTenant,
  developmentToken,
} from '../dist/src/platform/auth/development.js';
import { comparePages } from './compare-pages.js';
import { queryRow } from './database.js';
import { databaseOf, makeDataDir, removeDataDir, startGateway } from './gateway.js';
import { runInterruptibly } from './interrupt.js';
import { listCases } from './list-cases.js';
import { createReader } from './list-reader.js';
import { readOptions } from './options.js';
import { seedDataDir } from './seed-data-dir.js';

const { accounts, requests } = readOptions({
  accounts: { default: 1_000_000, max: 10_000_000 },
  requests: { default: 50, max: 1000 },
});

await runInterruptibly(async (signal) => {
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  try {
    const few = await start(1000, ends, signal);
    const many = await start(accounts, ends, signal);
    console.log(await comparePages([few, many], { objects: 'accounts', requests, signal }));
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
