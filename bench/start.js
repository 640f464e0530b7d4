// Measures how long the gateway takes from its spawn to the first 200 of /readyz: `npm run bench:start`, or
// `npm run bench:start -- --runs 9`. A first start makes the PostgreSQL cluster and migrates it, and a warm start finds
// both. `npm start` adds the time of npm and of build.js, which finds nothing to build here.
import { builtProgram, makeDataDir, removeDataDir, startGateway } from './gateway.js';
import { runInterruptibly } from './interrupt.js';
import { readOptions } from './options.js';
import { median } from './statistics.js';
import { table } from './table.js';

const { runs } = readOptions({ runs: { default: 5, max: 50 } });

const programs = [
  { name: 'node dist/gateway/main.js', command: builtProgram },
  { name: 'npm start', command: ['npm', 'start'] },
].map((program) => ({ ...program, first: /** @type {number[]} */ ([]), warm: /** @type {number[]} */ ([]) }));

await runInterruptibly(async (signal) => {
  for (let run = 1; run <= runs; run++) {
    console.error(`run ${run} of ${runs}`);
    for (const { command, first, warm } of programs) {
      const dataDir = await makeDataDir();
      try {
        first.push(await timeStart(dataDir, signal, command));
        warm.push(await timeStart(dataDir, signal, command));
      } finally {
        await removeDataDir(dataDir);
      }
    }
  }
  const rows = programs.flatMap(({ name, first, warm }) => [
    [`${name}, first start`, ...columns(first)],
    [`${name}, warm`, ...columns(warm)],
  ]);
  console.log(
    `Time from the start of the process until it is ready, Node.js ${process.version}, ${runs} runs\n`,
  );
  console.log(table([['', 'median ms', 'lowest', 'highest'], ...rows]));
});

/** @param {string} dataDir @param {AbortSignal} signal @param {string[]} command */
async function timeStart(dataDir, signal, command) {
  const gateway = await startGateway(dataDir, signal, { command });
  await gateway.stop();
  return gateway.milliseconds;
}

/** @param {number[]} times */
function columns(times) {
  return [median(times), Math.min(...times), Math.max(...times)].map((time) => time.toFixed(0));
}
