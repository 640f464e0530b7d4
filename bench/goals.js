// Prints one table of the performance goals and of what the gateway reaches, beside a plain server that does the least
// work for the same requests: `npm run bench`, or with options `npm run bench -- --seconds 3 --rounds 5`. It also writes
// bench/results.json and docs/performance.svg. Without options it takes five to six minutes. It needs Linux, which
// counts the CPU time of processes.
//
// The gateway's database has 300,000 accounts in 10,000 tenants, as has the database of the plain server
// (plain/plain-server.js). In each round the two take turns. Each response is checked, and after the rounds the rows in
// both databases are counted. Then the gateway starts again, and gets a minute of load.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { hasCpuTimes } from './cpu.js';
import { checkRows, describeDatabase, queryRow } from './database.js';
import { chartOf } from './goals/chart.js';
import { measureCells, memoryAfterLoad, startAgain } from './goals/measure.js';
import { goalsTable, rowsOf } from './goals/rows.js';
import { checkPages, seeded, startOurs, startPeer, targetsOf } from './goals/subjects.js';
import { runInterruptibly } from './interrupt.js';
import { readOptions } from './options.js';
import { pinToCores } from './pin.js';
import { countSql } from './plain/plain.sql.js';

const results = new URL('results.json', import.meta.url);
const chart = new URL('../docs/performance.svg', import.meta.url);

const { seconds, rounds } = readOptions({
  seconds: { default: 3, max: 60 },
  rounds: { default: 5, max: 50 },
});

await runInterruptibly(async (signal) => {
  if (!hasCpuTimes()) throw new Error('This benchmark needs Linux, which counts the CPU time of processes');
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  try {
    await bench(ends, signal);
  } finally {
    for (const end of ends.reverse()) await end();
  }
});

/** @param {(() => Promise<void>)[]} ends @param {AbortSignal} signal */
async function bench(ends, signal) {
  const ours = await startOurs(ends, signal);
  const plain = await startPeer(ours.publicKey, ours.token, ends);
  for (const { targets } of [ours, plain]) await checkPages(targets.list);
  const counted = await queryRow(plain.connection, countSql);
  const cores = availableParallelism(); // fewer as soon as this process is pinned
  const release = pinToCores([ours.server, plain.server]);
  const head = [
    `Node.js ${process.version}, ${await describeDatabase(ours.database)}`,
    `${cores} x ${cpus()[0]?.model ?? 'CPU'}, ${
      release
        ? 'the servers on one core, PostgreSQL and the load generator on another one'
        : 'not pinned to cores, shared by servers, PostgreSQL and load generator'
    }`,
    `${seeded.accounts} accounts in ${seeded.tenants} tenants; medians of ${rounds} rounds of ${seconds} s, 16 connections if no other number is named`,
  ];
  console.log(`${head.join('\n')}\n`);

  const { measured, created } = await measureCells({ ours, plain }, { seconds, rounds }, signal);
  const checked = await checkRows(ours.database, created.ours, ours.rowsBefore);
  await checkPlainRows(plain.connection, created.plain, counted);

  release?.();
  await ours.stop();
  const { times, gateway } = await startAgain(ours.dataDir, signal);
  ends.push(gateway.stop);
  console.error('a minute of load');
  const targets = await targetsOf(gateway.url, ours.token, ours.tenants, ours.clients);
  const rows = rowsOf(measured, times, await memoryAfterLoad(gateway.pid, targets, signal));
  console.log(`${goalsTable(rows)}\n\n${checked}`);
  await writeFile(results, `${JSON.stringify({ measured: head.join('. '), rows }, null, 2)}\n`);
  await writeFile(chart, chartOf(rows));
}

/**
 * @param {import('./gateway.js').Connection} connection @param {number} answers
 * @param {Record<string, number>} before
 */
async function checkPlainRows(connection, answers, before) {
  const after = /** @type {Record<string, number>} */ (await queryRow(connection, countSql));
  const wrong = Object.entries(after).filter(([name, count]) => count - (before[name] ?? 0) !== answers);
  if (wrong.length > 0)
    throw new Error(`The plain server sent ${answers} success responses, but its database differs`, {
      cause: { before, after },
    });
}
