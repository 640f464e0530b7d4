import autocannon from 'autocannon';
import { percentile } from './statistics.js';

/**
 * What one client achieved in one cell of one round.
 * @typedef {object} Measurement
 * @property {number} rate answers per second
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} answers how many there were, all of them successes, those included that are not in the figures
 */

/**
 * A way to create accounts, or to get tokens, over HTTP.
 * @typedef {object} Door
 * @property {string} url
 * @property {import('autocannon').Request[]} requests what to send, on each connection in an order of its own
 * @property {boolean} [dealt] whether each connection has its share of them, and not all: it takes long to make ready
 * @property {string} success how the body of every answer has to begin
 */

/** Seconds that are not counted: the gateway's pool closes connections while it is not its turn. */
const warmUp = 0.5;

/** How many seconds the last answers may take once the time is over. */
const patience = 30;

/**
 * Sends requests over HTTP, each connection one after the other, and checks every answer.
 * @param {Door} door
 * @param {number} connections
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<Measurement>}
 */
export async function measureHttp(door, connections, seconds, signal) {
  /** @type {number[]} */
  const times = [];
  const begin = performance.now() + warmUp * 1000;
  const end = begin + seconds * 1000;
  const answers = await send(door, connections, { seconds: warmUp + seconds }, signal, (milliseconds) => {
    const now = performance.now();
    if (now >= begin && now < end) times.push(milliseconds);
  });
  return {
    rate: times.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    answers,
  };
}

/**
 * Sends so many requests, as measureHttp does.
 * @param {Door} door @param {number} connections @param {number} amount @param {AbortSignal} signal
 */
export const sendAmount = (door, connections, amount, signal) =>
  send(door, connections, { amount }, signal, () => {});

/**
 * @param {Door} door
 * @param {number} connections
 * @param {{ seconds: number, amount?: never } | { seconds?: never, amount: number }} extent
 * @param {AbortSignal} signal
 * @param {(milliseconds: number) => void} onAnswer
 * @returns {Promise<number>} how many answers there were
 * @throws when one was no success
 */
async function send({ url, requests, success, dealt }, connections, { seconds, amount }, signal, onAnswer) {
  signal.throwIfAborted();
  /** @type {any[]} */
  const clients = [];
  /** @type {unknown} */
  let fault;
  let answers = 0;

  // Its types say that it is a promise, and leave out that it emits events as well.
  const run = /** @type {any} */ (
    autocannon({
      url,
      connections,
      ...(amount === undefined ? { duration: seconds + patience } : { amount }),
      sampleInt: 50,
      bailout: 1,
      setupClient: (client) => {
        const own = dealt ? requests.filter((_, index) => index % connections === clients.length) : requests;
        client.setRequests(shuffled(own));
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
      onAnswer(milliseconds);
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
  const stop = () => {
    for (const client of clients) client.responseMax = 1;
  };
  const timer = seconds === undefined ? undefined : setTimeout(stop, seconds * 1000);
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
  return answers;
}

/** @template Item @param {Item[]} items */
const shuffled = (items) =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
