import { format, ratioOf } from '../ratio.js';
import { median } from '../statistics.js';
import { table } from '../table.js';

export const names = {
  gateway: 'gateway, its PostgreSQL',
  keys: 'gateway, private_key_jwt',
  workloads: 'gateway, workload tokens',
  reused: 'gateway, workload tokens, reused',
  memory: 'stock, in memory',
  postgres: 'stock, PostgreSQL',
  opaque: 'stock, in memory, opaque tokens',
};

/** The share of another server's rate that has to be reached, by the number of connections. */
const bounds = /** @type {const} */ ([
  { server: 'gateway', than: 'memory', shares: { 1: 0.9, 16: 1.8, 64: 1.8 } },
  { server: 'gateway', than: 'postgres', shares: { 1: 1.5, 16: 3, 64: 3 } },
  { server: 'keys', than: 'gateway', shares: { 1: 0.7, 16: 0.7, 64: 0.7 } },
  // A token request with the token of a workload costs at most 1.5 times one with private_key_jwt.
  { server: 'workloads', than: 'keys', shares: { 1: 0.67, 16: 0.67, 64: 0.67 } },
]);

/**
 * A number of connections, and the rounds of each server with it.
 * @typedef {{ connections: number, rounds: Record<keyof typeof names, import('../load.js').Measurement[]> }} Cell
 */

/** Writes a table, and a line for each bound. @param {Cell[]} cells */
export function report(cells) {
  const head = [
    '',
    'connections',
    'tokens/s',
    '/ in memory',
    '/ PostgreSQL',
    '/ gateway',
    '/ keys',
    'p50 ms',
    'p99 ms',
  ];
  const groups = cells.map(rowsOf);
  return [
    table([head, ...groups.flatMap((group) => [head.map(() => ''), ...group])]),
    '',
    ...bounds.map((bound) => verdict(cells, bound)),
  ].join('\n');
}

/** @param {Cell} cell */
function rowsOf({ connections, rounds }) {
  return /** @type {(keyof typeof names)[]} */ (Object.keys(names)).map((server) => {
    const own = rounds[server];
    /** @param {'rate' | 'p50' | 'p99'} what @param {number} digits */
    const figure = (what, digits) => format(median(own.map((one) => one[what])), digits);
    return [
      names[server],
      `${connections}`,
      figure('rate', 0),
      ...bounds.map((bound) => (server === bound.server ? ratioOf(own, rounds[bound.than]).text : '')),
      figure('p50', 2),
      figure('p99', 2),
    ];
  });
}

/** @param {Cell[]} cells @param {typeof bounds[number]} bound */
function verdict(cells, { server, than, shares }) {
  const reached = cells.map(({ connections, rounds }) => {
    const { middle } = ratioOf(rounds[server], rounds[than]);
    const share = shares[/** @type {keyof typeof shares} */ (connections)];
    return { connections, middle, share, is: middle >= share };
  });
  const each = reached
    .map(({ connections, middle, share, is }) => {
      const where = connections === 1 ? '1 connection' : `${connections} connections`;
      return `${format(middle, 2)} with ${where}, ${is ? 'at least' : 'BELOW'} ${share}`;
    })
    .join('; ');
  return `"${names[server]}" compared with "${names[than]}": ${each}.`;
}
