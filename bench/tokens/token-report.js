import { format, ratioOf } from '../ratio.js';
import { median } from '../statistics.js';
import { table } from '../table.js';

export const names = {
  gateway: 'gateway, its PostgreSQL',
  memory: 'stock, in memory',
  postgres: 'stock, PostgreSQL',
  opaque: 'stock, in memory, opaque tokens',
};

/** The share of each other server's rate that the gateway has to reach. */
const bounds = /** @type {const} */ ([
  { than: 'memory', share: 0.8 },
  { than: 'postgres', share: 1.5 },
]);

/**
 * A number of connections, and the rounds of each server with it.
 * @typedef {{ connections: number, rounds: Record<keyof typeof names, import('../load.js').Measurement[]> }} Cell
 */

/** Writes a table, and a line for each bound. @param {Cell[]} cells */
export function report(cells) {
  const head = ['', 'connections', 'tokens/s', '/ in memory', '/ PostgreSQL', 'p50 ms', 'p99 ms'];
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
      ...bounds.map(({ than }) => (server === 'gateway' ? ratioOf(own, rounds[than]).text : '')),
      figure('p50', 2),
      figure('p99', 2),
    ];
  });
}

/** @param {Cell[]} cells @param {typeof bounds[number]} bound */
function verdict(cells, { than, share }) {
  const reached = cells.map(({ connections, rounds }) => {
    const { middle } = ratioOf(rounds.gateway, rounds[than]);
    return { connections, middle, is: middle >= share };
  });
  const each = reached
    .map(
      ({ connections, middle }) =>
        `${format(middle, 2)} with ${connections === 1 ? '1 connection' : `${connections} connections`}`,
    )
    .join(', ');
  return `${reached.every(({ is }) => is) ? 'Reached' : 'NOT reached'}: at least ${share} times the rate of "${names[than]}". The ratio is ${each}.`;
}
