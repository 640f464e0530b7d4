import { names } from './cells.js';
import { format, ratioOf } from './ratio.js';
import { median } from './statistics.js';
import { table } from './table.js';

/**
 * Writes a table for each scenario.
 * @param {import('./cells.js').Cell[]} cells
 */
export function report(cells) {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const compared = cells.some(({ clients }) => clients.some(({ name }) => name === names.pgbench));
  const ratios = compared ? [`/ ${names.pgbench}`, `/ ${names.pool}`] : [];
  const head = ['', 'connections', 'creates/s', ...ratios, 'p50 ms', 'p99 ms'];
  return scenarios
    .map((scenario) => {
      const groups = cells.filter((cell) => cell.scenario === scenario).map(rowsOf);
      return `${scenario}\n\n${table([head, ...groups.flatMap((group) => [head.map(() => ''), ...group])])}`;
    })
    .join('\n\n');
}

/** @param {import('./cells.js').Cell} cell */
function rowsOf({ connections, clients }) {
  /** @param {string} name */
  const find = (name) => clients.find((client) => client.name === name);
  const pgbench = find(names.pgbench);
  return clients.map(({ name, rounds }) => [
    name,
    `${connections}`,
    format(median(rounds.map(({ rate }) => rate)), 0),
    // With no more connections than the pool has, both kinds of pgbench are the same one.
    ...(pgbench
      ? [pgbench, find(names.pool) ?? pgbench].map((base) =>
          name.startsWith(names.pgbench) ? '' : ratioOf(rounds, base.rounds).text,
        )
      : []),
    format(median(rounds.map(({ p50 }) => p50)), 1),
    format(median(rounds.map(({ p99 }) => p99)), 1),
  ]);
}
