import { median } from './statistics.js';

/** @typedef {Pick<import('./load.js').Measurement, 'rate'>[]} Rounds */

/**
 * Compares rates of the same round with each other, because the other work of the machine changes with time.
 * @param {Rounds} rounds
 * @param {Rounds} base
 * @returns the median of the rounds, and a text with the median, the lowest and the highest ratio
 */
export function ratioOf(rounds, base) {
  const ratios = rounds.map(({ rate }, round) => rate / (base[round]?.rate ?? Number.NaN));
  const middle = median(ratios);
  const [shown, low, high] = [middle, Math.min(...ratios), Math.max(...ratios)].map((value) =>
    format(value, 2),
  );
  return { middle, text: `${shown} (${low}-${high})` };
}

/** Formats a number, or writes a dash when there is none. @param {number} value @param {number} digits */
export const format = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
