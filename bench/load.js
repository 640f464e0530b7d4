import autocannon from 'autocannon';
import { percentile } from './statistics.js';

/**
 * What one client achieved in one cell of one round.
 * @typedef {object} Measurement
 * @property {number} rate creates per second
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} answers how many creates were told to have succeeded, those after the time's end included
 */

/** How long the last answers may take once the time is over. */
const patience = 30;

/**
 * Sends creates over HTTP, each connection one after the other, and checks every answer.
 * @param {object} door
 * @param {string} door.url
 * @param {import('autocannon').Request[]} door.requests what to send, in an order of its own on each connection
 * @param {string} door.success how the body of every answer has to begin
 * @param {number} connections
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<Measurement>}
 */
export async function measureHttp({ url, requests, success }, connections, seconds, signal) {
  signal.throwIfAborted();
  /** @type {number[]} */
  const times = [];
  /** @type {any[]} */
  const clients = [];
  /** @type {unknown} */
  let fault;
  let inTime = 0;
  const end = performance.now() + seconds * 1000;

  const run = autocannon({
    url,
    connections,
    duration: seconds + patience,
    sampleInt: 50,
    bailout: 1,
    setupClient: (client) => {
      client.setRequests(shuffled(requests));
      clients.push(client);
    },
    verifyBody: (body) => String(body).startsWith(success),
  });
  run.on('response', (_client, _status, _bytes, milliseconds) => {
    times.push(milliseconds);
    if (performance.now() <= end) inTime++;
  });
  run.on('reqMismatch', (body) => (fault ??= body));
  run.on('reqError', (error) => (fault ??= error));

  // Autocannon would cut off the requests that are in flight when the time is over: accounts would be made
  // that nobody was told of, and rows and answers could not be compared. This limit makes each connection
  // stop after its next answer. It is what the options `amount` and `maxConnectionRequests` set.
  const timer = setTimeout(() => {
    for (const client of clients) client.responseMax = 1;
  }, seconds * 1000);
  const abort = () => /** @type {any} */ (run).stop();
  signal.addEventListener('abort', abort);
  const result = await run.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });

  signal.throwIfAborted();
  if (fault || result['2xx'] !== times.length) throw new Error('Not every answer was a success', { cause: fault });
  return {
    rate: inTime / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    answers: times.length,
  };
}

/** @template Item @param {Item[]} items */
const shuffled = (items) =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
