import { median } from '../statistics.js';

/** How many times the CPU time of the commit before is allowed. */
export const allowed = 1.2;

/** An interval whose ends differ by a larger factor is too wide to say whether a ratio of 1.2 was exceeded. */
const widest = 1.15;

/** The share of intervals that may miss the true median on either side. */
const missed = 0.025;

/** @typedef {{ verdict: 'pass' | 'slower' | 'too noisy', middle: number, low: number, high: number }} Judgment */

/**
 * Judges whether a change needs more CPU time than the commit before. The commit before runs in two processes, because
 * two processes of the same program differ, too. Values of the same round are compared with each other, because the
 * other work of the machine changes with time. The interval covers the ratios to both processes: only a change that is
 * slower than either of them is reported.
 * @param {number[]} change a value for each round
 * @param {number[][]} bases the values of each process of the commit before
 * @returns {Judgment}
 */
export function judge(change, bases) {
  const ratios = bases.map((base) => change.map((value, round) => value / (base[round] ?? Number.NaN)));
  const intervals = ratios.map(medianInterval);
  const low = Math.min(...intervals.map((interval) => interval.low));
  const high = Math.max(...intervals.map((interval) => interval.high));
  return { verdict: verdictOn(low, high), middle: median(ratios.map(median)), low, high };
}

/** @param {number} low @param {number} high */
function verdictOn(low, high) {
  if (low > allowed) return 'slower';
  // Without this form of the condition, a value that is no number would pass.
  if (high <= allowed || high / low <= widest) return 'pass';
  return 'too noisy';
}

/**
 * Returns an interval that contains the true median with a probability of at least 95%, from six values on. Whatever
 * the distribution, the number of values below the true median is binomial, like the heads of a coin. Single values
 * that are far away, such as a checkpoint's, do not widen the interval.
 * @param {number[]} values
 */
export function medianInterval(values) {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  let place = 0;
  // `ways` is the number of series of tosses with `place` heads, and `below` is the chance of at most as many.
  for (let ways = 1, below = 0.5 ** sorted.length; place < last / 2; place++) {
    ways = (ways * (sorted.length - place)) / (place + 1);
    below += ways * 0.5 ** sorted.length;
    if (below > missed) break;
  }
  return { low: sorted[place] ?? Number.NaN, high: sorted[last - place] ?? Number.NaN };
}
