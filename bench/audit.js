// Measures a page of 50 events in an audit log of 5,000,000 events beside the same page in one of 1,000, and the export:
// `npm run bench:audit`, or with options `npm run bench:audit -- --events 100000 --requests 20`. Two gateways run,
// each with its own embedded PostgreSQL, and are asked in turn. The figures are medians of the times over HTTP.
import {
  developmentIdentity,
  developmentTenant,
  developmentToken,
} from '../dist/src/platform/auth/development.js';
import { comparePages } from './compare-pages.js';
import { makeDataDir, removeDataDir, startGateway } from './gateway.js';
import { runInterruptibly } from './interrupt.js';
import { readOptions } from './options.js';
import { showProgress } from './progress.js';
import { loadDatabase } from './seed-database.js';
import { seedEvents } from './seed-events.js';
import { trailCases } from './trail-cases.js';
import { measureExport } from './trail-export.js';

const { events, requests, exported } = readOptions({
  events: { default: 5_000_000, max: 50_000_000 },
  requests: { default: 50, max: 1000 },
  exported: { default: 1_000_000, max: 50_000_000 },
});

/** The age of the oldest event in milliseconds. */
const age = 365 * 24 * 60 * 60 * 1000;

await runInterruptibly(async (signal) => {
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  try {
    const few = await start(1000, ends, signal);
    const many = await start(events, ends, signal);
    console.log(await comparePages([few, many], { objects: 'entries', requests, signal }));
    const since = new Date(Date.now() - age * Math.min(1, exported / events));
    for (let round = 0; round < 2; round++)
      console.log(await measureExport(many.gateway, many.token, developmentTenant.id, since));
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
  const progress = showProgress(count, 'audit log entries');
  const begin = performance.now();
  await loadDatabase({ databaseUrl: undefined, dataDir }, async ([client]) => {
    await seedEvents(client, developmentTenant.id, count, progress.add, signal);
    await client.query('vacuum (analyze) audit_event');
  }).finally(progress.stop);
  console.log(`Created ${count} audit log entries in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  const gateway = await startGateway(dataDir, signal);
  ends.push(gateway.stop);
  const identity = developmentIdentity(dataDir);
  const token = await developmentToken(identity, { role: 'super_admin', lifetime: 24 * 60 * 60 });
  return { count, gateway, token, cases: await trailCases(gateway.url, token, developmentTenant.id) };
}
