import autocannon from 'autocannon';
import { percentile } from './statistics.js';

/**
 * The measurement of one client in one cell of one round.
 * @typedef {object} Measurement
 * @property {number} rate answers per second
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} answers the number of answers, which are all successes; it includes the uncounted ones
 */

/**
 * A way to create accounts, or to get tokens, over HTTP.
 * @typedef {object} Target
 * @property {string} url
 * @property {import('autocannon').Request[]} requests are sent on each connection in its own order
 * @property {boolean} [dealt] whether each connection sends a share of the requests; to prepare all of them takes long
 * @property {string} success how the body of every answer has to begin
 */

/**
 * The first seconds after the first answer do not count, because the gateway's pool closes connections between its
 * turns. The time before the first answer does not count either: the load generator prepares its requests.
 */
const warmUp = 0.5;

/** The seconds that the load generator may take to prepare its requests. */
const preparationSeconds = 30;

/** The seconds that the last answers may take after the end of the measurement. */
const lastAnswersSeconds = 30;

/**
 * Sends requests over HTTP, each connection one after the other, and checks every answer.
 * @param {Target} target
 * @param {number} connections
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<Measurement>}
 */
export async function measureHttp(target, connections, seconds, signal) {
  /** @type {number[]} */
  const times = [];
  let begin = Number.NaN;
  const answers = await send(target, connections, { seconds: warmUp + seconds }, signal, (milliseconds) => {
    const now = performance.now();
    if (Number.isNaN(begin)) begin = now + warmUp * 1000;
    if (now >= begin && now < begin + seconds * 1000) times.push(milliseconds);
  });
  return {
    rate: times.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    answers,
  };
}

/**
 * Sends a number of requests in the same way as measureHttp.
 * @param {Target} target @param {number} connections @param {number} amount @param {AbortSignal} signal
 */
export const sendAmount = (target, connections, amount, signal) =>
  send(target, connections, { amount }, signal, () => {});

/**
 * @param {Target} target
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
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  // The types of autocannon say that its result is a promise, and omit that it emits events as well.
  const run = /** @type {any} */ (
    autocannon({
      url,
      connections,
      ...(amount === undefined
        ? { duration: preparationSeconds + seconds + lastAnswersSeconds }
        : { amount }),
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
      if (seconds !== undefined) timer ??= setTimeout(stop, seconds * 1000);
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

  // When its time has passed, autocannon cuts off the requests that are in flight. Accounts would be made without an
  // answer, and rows and answers could not be compared. This limit makes each connection stop after its next answer.
  // The options `amount` and `maxConnectionRequests` set the same limit.
  const stop = () => {
    for (const client of clients) client.responseMax = 1;
  };
  const abort = () => run.stop();
  signal.addEventListener('abort', abort);
  try {
    const result = await run;
    signal.throwIfAborted();
    if (fault || result['2xx'] !== answers) {
      throw new Error('At least one response was an error', { cause: fault });
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
