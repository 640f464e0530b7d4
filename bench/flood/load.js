// Sends the requests of a flood until it receives a second message. bench/flood/run-flood.js runs this file in its own
// process.
import { once } from 'node:events';
import autocannon from 'autocannon';

/** The seconds after which a flood ends by itself. */
const maxSeconds = 120;

/**
 * @typedef {object} Load
 * @property {string} url
 * @property {number} connections
 * @property {import('autocannon').Request} request
 */

process.once('disconnect', () => process.exit(1));
const [load] = await once(process, 'message');
const { url, connections, request } = /** @type {Load} */ (load);
// The types of autocannon say that its result is a promise, and omit that it emits events as well.
const run = /** @type {any} */ (
  autocannon({ url, connections, duration: maxSeconds, timeout: maxSeconds, requests: [request] })
);
run.once('response', () => process.send?.('begun'));
process.once('message', () => run.stop());
const { statusCodeStats, errors } = await run;
const answers = Object.fromEntries(
  Object.entries(statusCodeStats ?? {}).map(([status, { count }]) => [status, count]),
);
process.send?.(errors > 0 ? { ...answers, none: errors } : answers);
