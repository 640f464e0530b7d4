// How many tokens the gateway issues per second, beside a stock oidc-provider that issues the same kind of token in the
// same minutes: `npm run bench:tokens`, or with options `npm run bench:tokens -- --seconds 5 --rounds 5`. With
// `--accounts 1000000` there are so many accounts beside those that ask, and with `--tokens 1000000` the gateway issues
// so many more, and its memory is looked at.
//
// 1,000 clients ask in turn, each with its secret by HTTP Basic, for a JWT with two scopes that is signed by ES256. What
// counts is a ratio, as in create.js: the servers take turns in each round (A B C D A B C D …).
//
// - The gateway finds each client, its tenant and its secret in PostgreSQL at each request, and has a log, request ids
//   and figures of its own.
// - `stock, in memory` has its clients in its configuration, and stores nothing: the least that the library does.
// - `stock, PostgreSQL` finds its clients through a plain adapter (tokens/postgres-adapter.js) in the same PostgreSQL.
//   Of clients that it finds so the library keeps a hundred, and checks the metadata of the others each time.
// - `stock, in memory, opaque tokens` is what the library does when nothing is set up: it signs none.
//
// Everything runs on one machine: load generator and PostgreSQL take CPU time that the servers could use.
import { availableParallelism, cpus } from 'node:os';
import { describeDatabase, queryRow } from './database.js';
import { createTenant } from './doors.js';
import { databaseOf } from './gateway.js';
import { measureHttp } from './load.js';
import { readOptions } from './options.js';
import { measureOwnGateway } from './own-gateway.js';
import { seedDataDir } from './seed-data-dir.js';
import { watchMemory } from './tokens/memory.js';
import { createClients, startStock } from './tokens/servers.js';
import { report } from './tokens/token-report.js';

const { seconds, rounds, accounts, tokens } = readOptions({
  seconds: { default: 2, max: 60 },
  rounds: { default: 3, max: 50 },
  accounts: { max: 10_000_000 },
  tokens: { max: 100_000_000 },
});

await measureOwnGateway(compare, async (dataDir, signal) => {
  if (accounts) await seedDataDir(dataDir, accounts, signal);
});

/** @param {import('./own-gateway.js').Own} own */
async function compare({ url, pid, dataDir, token, signal }) {
  const database = await databaseOf(dataDir);
  const clients = await createClients(url, token, await createTenant(url, token, 'Machines'), 1000);
  await queryRow(database, 'create database stock');
  const stocks = [];
  try {
    for (const kind of /** @type {const} */ (['memory', 'postgres', 'opaque']))
      stocks.push(await startStock({ kind, clients, database: { ...database, database: 'stock' } }));
    const [memory = '', postgres = '', opaque = ''] = stocks.map((stock) => stock.url);
    /** @param {string} endpoint @param {string} [start] */
    const door = (endpoint, start) => tokenDoor(endpoint, clients, start);
    const doors = {
      gateway: door(`${url}/oauth2/token`),
      memory: door(memory),
      postgres: door(postgres),
      opaque: door(opaque, ''),
    };
    console.log(`Node.js ${process.version}, ${await describeDatabase(database)}
${availableParallelism()} x ${cpus()[0]?.model ?? 'CPU'}, shared by servers, PostgreSQL and load generator
${clients.length} clients ask, of ${clients.length + (accounts ?? 0)} service accounts
Each line: ${rounds} x ${seconds} s, medians; a ratio's lowest and highest in brackets
`);
    const told = report(await measure(doors, signal));
    return tokens ? `${told}\n\n${await watchMemory(doors.gateway, pid, tokens, signal)}` : told;
  } finally {
    for (const stock of stocks) stock.stop();
  }
}

/**
 * @param {Record<keyof typeof import('./tokens/token-report.js').names, import('./load.js').Door>} doors
 * @param {AbortSignal} signal
 */
async function measure(doors, signal) {
  const servers = /** @type {(keyof typeof doors)[]} */ (Object.keys(doors));
  /** @type {import('./tokens/token-report.js').Cell[]} */
  const cells = [1, 16, 64].map((connections) => ({
    connections,
    rounds: { gateway: [], memory: [], postgres: [], opaque: [] },
  }));
  // The JavaScript engine compiles.
  for (const server of servers) await measureHttp(doors[server], 16, 2, signal);
  for (let round = 1; round <= rounds; round++) {
    for (const cell of cells) {
      console.error(`round ${round} of ${rounds}, connections: ${cell.connections}`);
      for (const server of servers)
        cell.rounds[server].push(await measureHttp(doors[server], cell.connections, seconds, signal));
    }
  }
  return cells;
}

/**
 * @param {string} endpoint
 * @param {import('./tokens/stock-provider.js').Setup['clients']} clients
 * @param {string} [start] of each token: that of a JWT
 * @returns {import('./load.js').Door}
 */
function tokenDoor(endpoint, clients, start = 'eyJ') {
  const { origin, pathname } = new URL(endpoint);
  return {
    url: origin,
    success: `{"access_token":"${start}`,
    dealt: true,
    requests: clients.map(({ id, secret }) => ({
      method: 'POST',
      path: pathname,
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=api%3Aread%20api%3Awrite',
    })),
  };
}
