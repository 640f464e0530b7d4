import { showProgress } from './progress.js';
import { median, percentile } from './statistics.js';
import { table } from './table.js';

/** The number of first requests of each kind that do not count, because one gateway has run less than the other. */
const warmUp = 10;

/** @typedef {{ name: string, read: () => Promise<number> }} Case reads a page, and returns how many it found */

/**
 * @typedef {object} Reader
 * @property {number} count how many objects the database of the gateway has
 * @property {Case[]} cases
 */

/**
 * Measures the same pages of a gateway with few objects and of one with many, in turn.
 * @param {[Reader, Reader]} readers
 * @param {{ objects: string, requests: number, signal: AbortSignal }} options
 *   `objects` names what the pages contain, and `requests` is the number of measured requests for each page.
 * @returns a table with the medians of the times in milliseconds
 */
export async function comparePages(readers, { objects, requests, signal }) {
  const names = readers[0].cases.map(({ name }) => name);
  const progress = showProgress(names.length, 'kinds of pages');
  const rows = [];
  for (const [index, name] of names.entries()) {
    /** @type {number[][]} */
    const times = readers.map(() => []);
    /** @type {number[]} */
    const found = [];
    for (let request = -warmUp; request < requests; request++) {
      for (const [which, { cases }] of readers.entries()) {
        signal.throwIfAborted();
        const begin = performance.now();
        // The gateway gives up on a page that takes too long. NaN stands for such a page.
        found[which] = (await cases[index]?.read().catch(() => Number.NaN)) ?? 0;
        if (request >= 0) times[which]?.push(performance.now() - begin);
      }
    }
    const [few = Number.NaN, many = Number.NaN] = times.map(median);
    const figures = [few, many, percentile(times[1] ?? [], 1)].map((time) => time.toFixed(1));
    rows.push([name, ...found.map(String), ...figures, (many / few).toFixed(2)]);
    progress.add(1);
  }
  progress.stop();
  const sizes = readers.map(({ count }) => `${count} ${objects}`);
  const head = [...sizes.map((size) => `${size}: found`), ...sizes.map((size) => `${size}: ms`)];
  return table([['', ...head, 'slowest, ms', 'ratio'], ...rows]);
}
