// Measures how many service accounts the gateway creates per second, beside pgbench running the gateway's own SQL
// statement on the same PostgreSQL in the same minutes: `npm run bench:create`, or with options
// `npm run bench:create -- --seconds 5 --rounds 5`. Without options it takes three to four minutes.
//
// Machines differ and are noisy, so only ratios count. In each round the clients take turns (A B C A B C …), a ratio is
// taken within its round, and the table has the medians of the rounds. Each statement of pgbench creates one account. The
// gateway creates several with one statement, so with many connections it can create more than pgbench.
//
// Two kinds of pgbench to compare with:
// - `pgbench` has as many connections to PostgreSQL as HTTP has to the gateway. Its rate is the rate that the same
//   callers would get without a gateway.
// - `pgbench on 10` has 10 connections, as the gateway's pool has for any number of callers.
//
// Everything runs on one machine: the load generator takes CPU time that the gateway could use elsewhere.
import { availableParallelism, cpus } from 'node:os';
import { developmentIdentity, developmentToken } from '../dist/src/platform/auth/development.js';
import { createCells, names } from './cells.js';
import { checkRows, describeDatabase } from './database.js';
import { databaseOf, makeDataDir, removeDataDir, startGateway } from './gateway.js';
import { runInterruptibly } from './interrupt.js';
import { readOptions } from './options.js';
import { findPgbench } from './pgbench.js';
import { report } from './report.js';
import { createTargets, createTenant } from './targets.js';

const options = readOptions({ seconds: { default: 2, max: 60 }, rounds: { default: 3, max: 50 } });

await runInterruptibly(async (signal) => {
  const dataDir = await makeDataDir();
  try {
    const gateway = await startGateway(dataDir, signal);
    try {
      await bench(gateway.url, dataDir, signal);
    } finally {
      await gateway.stop();
    }
  } finally {
    await removeDataDir(dataDir);
  }
});

/** @param {string} url @param {string} dataDir @param {AbortSignal} signal */
async function bench(url, dataDir, signal) {
  const database = await databaseOf(dataDir);
  const pgbench = await findPgbench();
  const identity = developmentIdentity(dataDir);
  const token = await developmentToken(identity, { role: 'super_admin', lifetime: 24 * 60 * 60 });
  const tenants = [];
  for (let number = 1; number <= 64; number++)
    tenants.push(await createTenant(url, token, `Tenant ${number}`));
  const targets = await createTargets(url, token);
  const cells = createCells({ targets, tenants, database: pgbench ? database : undefined }, signal);

  console.log(`Node.js ${process.version}, ${await describeDatabase(database)}
${availableParallelism()} x ${cpus()[0]?.model ?? 'CPU'}, shared by gateway, PostgreSQL and load generator
${pgbench ?? 'pgbench is not on the PATH, so there are no ratios'}
Each line shows the medians of ${options.rounds} rounds of ${options.seconds} s. The lowest and highest ratios are in parentheses.
Connections to PostgreSQL: the gateway has 10 for all clients, pgbench one per client, "pgbench on 10" has 10.`);

  const answers = await runAll(cells, signal);
  console.log(`\n${report(cells)}\n\n${await checkRows(database, answers)}`);
}

/**
 * @param {import('./cells.js').Cell[]} cells
 * @param {AbortSignal} signal
 * @returns how many creates succeeded according to their answers
 */
async function runAll(cells, signal) {
  let answers = 0;
  // The JavaScript engine compiles during these runs, which do not count.
  const warmUp = cells.filter(({ connections }) => connections === 16).flatMap(({ clients }) => clients);
  for (const client of warmUp)
    if (!client.name.startsWith(names.pgbench)) answers += (await client.run(1)).answers;

  for (let round = 1; round <= options.rounds; round++) {
    for (const { connections, scenario, clients } of cells) {
      console.error(`round ${round} of ${options.rounds}, connections: ${connections}. ${scenario}`);
      for (const client of clients) {
        signal.throwIfAborted();
        const measurement = await client.run(options.seconds);
        client.rounds.push(measurement);
        answers += measurement.answers;
      }
    }
  }
  return answers;
}
