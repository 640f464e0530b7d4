import { median, percentile } from '../statistics.js';
import { table } from '../table.js';

/** How many times the idle median the median beside a flood must stay under. */
export const maxRatio = 3;

/**
 * The measurement of one flood.
 * @typedef {object} Row
 * @property {string} name
 * @property {number[]} idle the milliseconds of each list before the flood
 * @property {number[]} during the milliseconds of each list beside the flood
 * @property {Record<string, number>} answers the number of responses of the flood with each status
 */

/** @param {Row} row */
const ratioOf = ({ idle, during }) => median(during) / median(idle);

/** @param {Row} row */
export const isWithin = (row) => ratioOf(row) < maxRatio;

/** @param {Row[]} rows */
export const report = (rows) =>
  table([
    [
      'a list of one account, ms',
      'idle median',
      'median',
      'p99',
      'ratio',
      '',
      'responses of the flood by status',
    ],
    ...rows.map((row) => [
      row.name,
      median(row.idle).toFixed(1),
      median(row.during).toFixed(1),
      percentile(row.during, 0.99).toFixed(1),
      ratioOf(row).toFixed(2),
      isWithin(row) ? '' : 'MISSED',
      Object.entries(row.answers)
        .map(([status, count]) => `${status}: ${count}`)
        .join(', '),
    ]),
  ]);
