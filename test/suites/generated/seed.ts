import fc from 'fast-check';
import type { Run } from './run.js';

/** The seed of a run. FC_SEED repeats a run, but with new tenants and tokens. */
export const seed = Number(process.env.FC_SEED || Date.now() % 2 ** 31);

export const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] =>
  fc.sample(arbitrary, { seed, numRuns: count });

/** Prints the figures of a run. */
export function report(what: string, { counts, slowest, faults }: Run, seconds: number): void {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rows = [...counts].sort().map(([kind, count]) => `  ${`${count}`.padStart(6)}  ${kind}`);
  process.stdout.write(
    `${what}: ${total} answers in ${seconds.toFixed(1)} s, the slowest in ${slowest} ms, ` +
      `${faults.size} kinds of faults (FC_SEED=${seed})\n${rows.join('\n')}\n`,
  );
}
