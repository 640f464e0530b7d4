import { SingleBar } from 'cli-progress';

/**
 * Shows the progress of some work on stderr: with a bar on a terminal, otherwise with a line for each tenth.
 * @param {number} total
 * @param {string} what
 */
export function showProgress(total, what) {
  return process.stderr.isTTY ? showBar(total, what) : writeLines(total, what);
}

/** @param {number} total @param {string} what */
function showBar(total, what) {
  const format = `{bar} {percentage}%  {value} of {total} ${what}, {eta_formatted} left`;
  const bar = new SingleBar({ format, etaBuffer: 20, hideCursor: true, gracefulExit: false });
  bar.start(total, 0);
  return { add: (/** @type {number} */ count) => bar.increment(count), stop: () => bar.stop() };
}

/** @param {number} total @param {string} what */
function writeLines(total, what) {
  let done = 0;
  const tenths = () => Math.floor((10 * done) / total);
  return {
    add: (/** @type {number} */ count) => {
      const before = tenths();
      done += count;
      if (tenths() > before) console.error(`${done} of ${total} ${what}`);
    },
    stop: () => {},
  };
}
