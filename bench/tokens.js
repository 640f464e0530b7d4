// Measures how many tokens the gateway issues per second, beside a stock oidc-provider that issues the same kind of
// token in the same minutes: `npm run bench:tokens`, or with options `npm run bench:tokens -- --seconds 5 --rounds 5`.
// With `--accounts 1000000` there are as many other accounts in the database. With `--tokens 1000000` the gateway
// issues as many more tokens, and its memory is measured.
//
// 1,000 clients ask in turn, each with its secret by HTTP Basic, for a JWT with two scopes that is signed by ES256.
// Only ratios count, since machines differ: the servers take turns in each round (A B C D E F A B C D E F …).
//
// - The gateway finds each client, its tenant and its secret in PostgreSQL at each request, and also writes a log,
//   makes request ids and counts requests.
// - `private_key_jwt` is the same gateway and the same clients, each with a key instead of its secret (ES256).
// - `workload tokens` is the same with tokens that an outside issuer has signed for the clients (ES256). The gateway has
//   the keys of the issuer. Each token is sent once, or, as `reused`, each client sends one token again and again.
// - `stock, in memory` has its clients in its configuration and stores nothing, the least work for the library.
// - `stock, PostgreSQL` finds its clients through a plain adapter (tokens/postgres-adapter.js) in the same PostgreSQL.
//   The library keeps a hundred of the clients that it finds there, and checks the metadata of the others each time.
// - `stock, in memory, opaque tokens` is the library with its default configuration, which signs no tokens.
//
// Everything runs on one machine: load generator and PostgreSQL take CPU time that the servers could use.
import { availableParallelism, cpus } from 'node:os';
import { describeDatabase, queryRow } from './database.js';
import { databaseOf } from './gateway.js';
import { measureHttp } from './load.js';
import { readOptions } from './options.js';
import { measureOwnGateway } from './own-gateway.js';
import { seedDataDir } from './seed-data-dir.js';
import { createTenant } from './targets.js';
import { addKeys, assertionTarget } from './tokens/assertions.js';
import { watchMemory } from './tokens/memory.js';
import { createClients, startStock } from './tokens/servers.js';
import { report } from './tokens/token-report.js';
import { tokenTarget } from './tokens/token-target.js';
import { addTrusts, createWorkloadIssuer, workloadTarget } from './tokens/workloads.js';

const { seconds, rounds, accounts, tokens } = readOptions({
  seconds: { default: 2, max: 60 },
  rounds: { default: 3, max: 50 },
  accounts: { max: 10_000_000 },
  tokens: { max: 100_000_000 },
});

const issuer = await createWorkloadIssuer();
try {
  await measureOwnGateway(
    compare,
    async (dataDir, signal) => {
      if (accounts) await seedDataDir(dataDir, accounts, signal);
    },
    { variables: { WORKLOAD_ISSUERS_FILE: issuer.file } },
  );
} finally {
  await issuer.remove();
}

/** @param {import('./own-gateway.js').Own} own */
async function compare({ url, pid, dataDir, token, signal }) {
  const database = await databaseOf(dataDir);
  const tenant = await createTenant(url, token, 'Machines');
  const clients = await createClients(url, token, tenant, 1000);
  const withKeys = await addKeys(url, token, tenant, clients);
  await addTrusts(url, token, tenant, clients);
  await queryRow(database, 'create database stock');
  const stocks = [];
  try {
    for (const kind of /** @type {const} */ (['memory', 'postgres', 'opaque']))
      stocks.push(await startStock({ kind, clients, database: { ...database, database: 'stock' } }));
    const [memory = '', postgres = '', opaque = ''] = stocks.map((stock) => stock.url);
    /** @param {string} endpoint @param {string} [start] */
    const target = (endpoint, start) => tokenTarget(endpoint, clients, start);
    const endpoint = `${url}/oauth2/token`;
    const targets = {
      gateway: target(endpoint),
      memory: target(memory),
      postgres: target(postgres),
      opaque: target(opaque, ''),
    };
    console.log(`Node.js ${process.version}, ${await describeDatabase(database)}
${availableParallelism()} x ${cpus()[0]?.model ?? 'CPU'}, shared by servers, PostgreSQL and load generator
${clients.length} of ${clients.length + (accounts ?? 0)} service accounts request access tokens.
Each line shows the medians of ${rounds} rounds of ${seconds} s. The lowest and highest ratios are in parentheses.
`);
    const signed = {
      /** @param {number} count */
      keys: (count) => assertionTarget(endpoint, withKeys, count),
      /** @param {number} count */
      workloads: (count) => workloadTarget(endpoint, issuer, clients, count),
      reused: () => workloadTarget(endpoint, issuer, clients, clients.length),
    };
    const text = report(await measure(targets, signed, signal));
    return tokens ? `${text}\n\n${await watchMemory(targets.gateway, pid, tokens, signal)}` : text;
  } finally {
    for (const stock of stocks) stock.stop();
  }
}

/** @typedef {'keys' | 'workloads' | 'reused'} Signed */

/**
 * @param {Record<Exclude<keyof typeof import('./tokens/token-report.js').names, Signed>, import('./load.js').Target>} targets
 * @param {Record<Signed, (count: number) => import('./load.js').Target>} signed creates requests with signed tokens
 * @param {AbortSignal} signal
 */
async function measure(targets, signed, signal) {
  const kinds = /** @type {Signed[]} */ (Object.keys(signed));
  const servers = /** @type {(keyof typeof targets)[]} */ (Object.keys(targets));
  /** @type {import('./tokens/token-report.js').Cell[]} */
  const cells = [1, 16, 64].map((connections) => ({
    connections,
    rounds: { gateway: [], keys: [], workloads: [], reused: [], memory: [], postgres: [], opaque: [] },
  }));
  // The JavaScript engine compiles during these seconds, which do not count.
  for (const server of servers) await measureHttp(targets[server], 16, 2, signal);
  for (let round = 1; round <= rounds; round++) {
    for (const { connections, rounds: own } of cells) {
      console.error(`round ${round} of ${rounds}, connections: ${connections}`);
      for (const server of servers)
        own[server].push(await measureHttp(targets[server], connections, seconds, signal));
      // The gateway verifies a signature in addition to what it does with a secret, so it can issue no more tokens. The
      // margin covers an uneven machine.
      const enough = Math.ceil((own.gateway.at(-1)?.rate ?? 0) * (seconds + 1) * 1.5) + connections;
      for (const kind of kinds)
        own[kind].push(await measureHttp(signed[kind](enough), connections, seconds, signal));
    }
  }
  return cells;
}
