// Measures whether the time of a rejection tells an attacker what exists: `npm run bench:guesses`, or with options
// `npm run bench:guesses -- --requests 10000`. One connection sends each kind of request in turn, in another order each
// time, so that all of them see the same machine. The medians of the kinds that get the same response are compared.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { generateSecret } from '../dist/src/features/service-accounts/secrets/secret.js';
import { sendAmount } from './load.js';
import { readOptions } from './options.js';
import { measureOwnGateway } from './own-gateway.js';
import { format } from './ratio.js';
import { median } from './statistics.js';
import { table } from './table.js';
import { createTenant } from './targets.js';
import { addKeys, assertionTarget, signAssertion } from './tokens/assertions.js';
import { createClients } from './tokens/servers.js';

const { requests } = readOptions({ requests: { default: 2500, max: 100_000 } });

/** The share by which the medians of two kinds may differ. */
const tolerance = 0.05;
const accounts = 100;

/** @typedef {{ headers: Record<string, string>, body: string }} Attempt */

await measureOwnGateway(async ({ url, token, signal }) => {
  const endpoint = `${url}/oauth2/token`;
  const tenant = await createTenant(url, token, 'Machines');
  const clients = await addKeys(url, token, tenant, await createClients(url, token, tenant, accounts));
  // Half of the clients have signed in, so the gateway remembers their keys.
  const active = clients.slice(0, accounts / 2);
  const signIns = assertionTarget(endpoint, active, active.length);
  await sendAmount(signIns, 1, active.length, signal);
  const kinds = kindsOf(endpoint, active, clients.slice(accounts / 2));
  /** @type {Map<string, number[]>} */
  const times = new Map(kinds.map(({ name }) => [name, []]));
  for (let round = -200; round < requests; round++) {
    signal.throwIfAborted();
    const shift = Math.abs(round) % kinds.length;
    for (const { name, create } of [...kinds.slice(shift), ...kinds.slice(0, shift)]) {
      const attempt = create();
      const begin = performance.now();
      const status = await send(endpoint, attempt);
      if (round >= 0) times.get(name)?.push(performance.now() - begin);
      if (status !== 401) throw new Error(`${name}: ${status}`);
    }
  }
  return report(kinds, times);
});

/**
 * Lists the kinds of wrong credentials, each with the kind that its time is compared with.
 * @param {string} endpoint
 * @param {import('./tokens/assertions.js').KeyClient[]} active clients that have signed in
 * @param {import('./tokens/assertions.js').KeyClient[]} others
 */
function kindsOf(endpoint, active, others) {
  const wrong = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  /** @param {typeof active} clients */
  const some = (clients) => clients[Math.floor(Math.random() * clients.length)]?.id ?? '';
  const unknown = () => `sa_client_${randomBytes(6).toString('hex')}`;
  /** @param {string} id @param {string} [kid] */
  const byKey = (id, kid) =>
    assertion(signAssertion({ id, privateKey: wrong }, { aud: endpoint, jti: randomUUID(), kid }));
  return [
    { name: 'wrong secret', than: 'wrong secret', create: () => basic(some(active), generateSecret()) },
    { name: 'unknown client ID', than: 'wrong secret', create: () => basic(unknown(), generateSecret()) },
    { name: 'wrong signature', than: 'wrong signature', create: () => byKey(some(active)) },
    { name: 'wrong signature, not signed in', than: 'wrong signature', create: () => byKey(some(others)) },
    { name: 'unknown key', than: 'wrong signature', create: () => byKey(some(active), 'unknown') },
    { name: 'unknown client ID, by key', than: 'wrong signature', create: () => byKey(unknown()) },
  ];
}

/** @param {string} id @param {string} secret @returns {Attempt} */
function basic(id, secret) {
  const credentials = Buffer.from(`${id}:${secret}`).toString('base64');
  return { headers: { authorization: `Basic ${credentials}` }, body: 'grant_type=client_credentials' };
}

/** @param {string} parameters @returns {Attempt} */
function assertion(parameters) {
  return { headers: {}, body: `grant_type=client_credentials&${parameters}` };
}

/** @param {string} endpoint @param {Attempt} attempt */
async function send(endpoint, attempt) {
  const headers = { ...attempt.headers, 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: attempt.body });
  await response.text();
  return response.status;
}

/** @param {ReturnType<typeof kindsOf>} kinds @param {Map<string, number[]>} times */
function report(kinds, times) {
  /** @param {string} name */
  const middle = (name) => median(times.get(name) ?? []);
  const rows = kinds.map(({ name, than }) => {
    const ratio = middle(name) / middle(than);
    const is = Math.abs(ratio - 1) <= tolerance;
    return [name, format(middle(name), 3), format(ratio, 3), is ? 'yes' : 'NO'];
  });
  return `${requests} requests of each kind, Node.js ${process.version}

${table([['', 'median ms', 'ratio', `within ${tolerance * 100} %`], ...rows])}`;
}
