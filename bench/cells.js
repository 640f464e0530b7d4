import { measureHttp } from './load.js';
import { measurePgbench, pgbenchScript } from './pgbench.js';

/**
 * A client in a cell, with its measurement of each round.
 * @typedef {object} Client
 * @property {string} name
 * @property {(seconds: number) => Promise<import('./load.js').Measurement>} run
 * @property {import('./load.js').Measurement[]} rounds
 */

/** @typedef {{ scenario: string, connections: number, clients: Client[] }} Cell */

/** The size of the gateway's pool (src/platform/database/mikro-orm-options.ts). */
const pool = 10;

export const names = { pgbench: 'pgbench', pool: `pgbench on ${pool}`, rest: 'REST', graphql: 'GraphQL' };

/**
 * Creates the cells of the benchmark: each scenario with each number of connections.
 * @param {object} parts
 * @param {Awaited<ReturnType<typeof import('./targets.js').createTargets>>} parts.targets
 * @param {string[]} parts.tenants
 * @param {import('./gateway.js').Connection | undefined} parts.database
 *   the database that pgbench connects to; undefined when pgbench is not installed
 * @param {AbortSignal} signal
 * @returns {Cell[]}
 */
export function createCells({ targets, tenants, database }, signal) {
  const scenarios = [
    {
      scenario: 'One tenant (each statement waits for the lock on the row of the tenant, by design)',
      tenants: tenants.slice(0, 1),
    },
    { scenario: `${tenants.length} tenants`, tenants },
  ];
  return scenarios.flatMap(({ scenario, tenants }) =>
    [1, 16, 64].map((connections) => {
      /** @type {Client[]} */
      const clients = [];
      /** @param {string} name @param {Client['run']} run */
      const add = (name, run) => clients.push({ name, run, rounds: [] });
      if (database) {
        const script = pgbenchScript(tenants);
        /** @param {number} count */
        const on = (count) => (/** @type {number} */ seconds) =>
          measurePgbench(script, database, count, seconds, signal);
        add(names.pgbench, on(connections));
        if (connections > pool) add(names.pool, on(pool));
      }
      add(names.rest, (seconds) => measureHttp(targets.rest(tenants), connections, seconds, signal));
      add(names.graphql, (seconds) => measureHttp(targets.graphql(tenants), connections, seconds, signal));
      return { scenario, connections, clients };
    }),
  );
}
