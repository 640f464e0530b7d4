import { median } from './statistics.js';

/** @typedef {Pick<import('./load.js').Measurement, 'rate'>[]} Rounds */

/**
 * Rates of the same round are compared with each other, since what else the machine does changes with time.
 * @param {Rounds} rounds
 * @param {Rounds} base
 * @returns the median of the rounds, and a text that has the lowest and the highest, too
 */
export function ratioOf(rounds, base) {
  const ratios = rounds.map(({ rate }, round) => rate / (base[round]?.rate ?? Number.NaN));
  const middle = median(ratios);
  const [shown, low, high] = [middle, Math.min(...ratios), Math.max(...ratios)].map((value) =>
    format(value, 2),
  );
  return { middle, text: `${shown} (${low}-${high})` };
}

/** A dash where nothing was done in time. @param {number} value @param {number} digits */
export const format = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
