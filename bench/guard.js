// Fails if a request needs over 20% more CPU time than with the commit before, in the gateway or in PostgreSQL:
// `npm run bench:guard`, or `npm run bench:guard -- --base main`. The base is HEAD if src and the like have uncommitted
// changes, and HEAD^ otherwise. It takes two to four minutes.
//
// The base is built in a temporary folder. Three gateways run side by side, each with its own PostgreSQL: this checkout,
// and the base twice. They take turns, so the other work of the machine slows all of them (guard/judge.js). If a machine
// is too noisy to judge, the guard says so and does not fail. It needs Linux, which counts the CPU time of processes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasCpuTimes } from './cpu.js';
import { buildBase, findBase } from './guard/base.js';
import { allowed, judge } from './guard/judge.js';
import { cases, measureVersions } from './guard/measure.js';
import { startVersion } from './guard/versions.js';
import { runInterruptibly } from './interrupt.js';
import { format } from './ratio.js';
import { median } from './statistics.js';
import { table } from './table.js';

const base = readBase();

await runInterruptibly(async (signal) => {
  if (!hasCpuTimes()) return skip('this system does not count the CPU time of processes as Linux does');
  const found = await findBase(base);
  if ('reason' in found) return skip(found.reason);
  console.log(`CPU time for each request, compared with ${found.title}`);
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-base-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    await buildBase(found.commit, folder, signal);
    const versions = [];
    for (const at of [undefined, folder, folder]) versions.push(await startVersion(at, ends, signal));
    report(await measureVersions(versions, signal));
  } finally {
    for (const end of ends.reverse()) await end();
  }
});

function readBase() {
  try {
    return parseArgs({ options: { base: { type: 'string' } } }).values.base;
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exit(2);
  }
}

/** @param {string} reason */
function skip(reason) {
  console.log(`bench:guard: skipped, because ${reason}.`);
}

/** @param {Awaited<ReturnType<typeof measureVersions>>} measured */
function report(measured) {
  const figures = [...measured].flatMap(([name, versions]) =>
    /** @type {const} */ (['server', 'postgres']).map((process) => {
      const [change = [], ...bases] = versions.map((rounds) => rounds.map((cpu) => cpu[process]));
      return {
        name: `${cases[name].name}, ${process === 'server' ? 'gateway' : 'PostgreSQL'}`,
        rounds: change.length,
        before: median(bases.map(median)),
        now: median(change),
        ...judge(change, bases),
      };
    }),
  );
  const rows = figures.map(({ name, before, now, middle, low, high, verdict }) => [
    name,
    format(before, 0),
    format(now, 0),
    `${format(middle, 2)} (${format(low, 2)}-${format(high, 2)})`,
    verdict,
  ]);
  console.log(`Medians of ${figures[0]?.rounds} rounds. The 95% interval of the ratio is in parentheses.\n`);
  console.log(table([['', 'before µs', 'now µs', 'ratio', ''], ...rows]));

  const named = (/** @type {string} */ wanted) =>
    figures.filter(({ verdict }) => verdict === wanted).map(({ name }) => name);
  const noisy = named('too noisy');
  if (noisy.length > 0)
    console.log(
      `\nbench:guard: this machine is too noisy to judge: ${noisy.join('; ')}. This is no failure.`,
    );
  const slower = named('slower');
  const percent = format((allowed - 1) * 100, 0);
  console.log(
    slower.length === 0
      ? `\nbench:guard: passed. No figure is shown to exceed the commit before by more than ${percent}%.`
      : `\nbench:guard: FAILED. More than ${percent}% above the commit before: ${slower.join('; ')}.`,
  );
  if (slower.length > 0) process.exitCode = 1;
}
