import autocannon from 'autocannon';
import { percentile } from './statistics.js';

/**
 * What one client achieved in one cell of one round.
 * @typedef {object} Measurement
 * @property {number} rate creates per second
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} answers how many creates succeeded, those included that are not in the figures
 */

/**
 * A way to create accounts over HTTP.
 * @typedef {object} Door
 * @property {string} url
 * @property {import('autocannon').Request[]} requests what to send, on each connection in an order of its own
 * @property {string} success how the body of every answer has to begin
 */

/** Seconds that are not counted: the gateway's pool closes connections while it is not its turn. */
const warmUp = 0.5;

/** How many seconds the last answers may take once the time is over. */
const patience = 30;

/**
 * Sends creates over HTTP, each connection one after the other, and checks every answer.
 * @param {Door} door
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
  let answers = 0;
  const begin = performance.now() + warmUp * 1000;
  const end = begin + seconds * 1000;

  // Its types say that it is a promise, and leave out that it emits events as well.
  const run = /** @type {any} */ (
    autocannon({
      url,
      connections,
      duration: warmUp + seconds + patience,
      sampleInt: 50,
      bailout: 1,
      setupClient: (client) => {
        client.setRequests(shuffled(requests));
        clients.push(client);
      },
      verifyBody: (body) => String(body).startsWith(success),
    })
  );
  run.on(
    'response',
    (
      /** @type {unknown} */ _client,
      /** @type {number} */ _status,
      /** @type {number} */ _bytes,
      /** @type {number} */ milliseconds,
    ) => {
      const now = performance.now();
      if (now >= begin && now < end) times.push(milliseconds);
      answers++;
    },
  );
  /** @param {unknown} what */
  const fail = (what) => {
    fault ??= what;
  };
  run.on('reqMismatch', fail);
  run.on('reqError', fail);

  // Autocannon would cut off the requests that are in flight when the time is over: accounts would be made
  // that nobody was told of, and rows and answers could not be compared. This limit makes each connection
  // stop after its next answer. It is what the options `amount` and `maxConnectionRequests` set.
  const timer = setTimeout(
    () => {
      for (const client of clients) client.responseMax = 1;
    },
    (warmUp + seconds) * 1000,
  );
  const abort = () => run.stop();
  signal.addEventListener('abort', abort);
  try {
    const result = await run;
    signal.throwIfAborted();
    if (fault || result['2xx'] !== answers) {
      throw new Error('Not every answer was a success', { cause: fault });
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
  return {
    rate: times.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    answers,
  };
}

/** @template Item @param {Item[]} items */
const shuffled = (items) =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
