import { format } from '../ratio.js';
import { median } from '../statistics.js';
import { table } from '../table.js';

/**
 * A row of the table. Medians of the rounds are compared with the goal.
 * @typedef {object} Row
 * @property {string} id
 * @property {string} name
 * @property {string} unit
 * @property {Figure} measured
 * @property {{ is: 'at most' | 'at least' | 'under', than: number }} [goal]
 * @property {boolean} [reached]
 * @property {Figure} [plain] what the plain server needs
 * @property {number} [ratio] the median of the ratios of each round to the plain server
 */

/** @typedef {{ median: number, lowest: number, highest: number }} Figure */
/** @typedef {import('./measure.js').Cells} Cells */
/** @typedef {import('./measure.js').CellName} CellName */
/** @typedef {import('../cpu.js').Cpu} Cpu */

/**
 * Creates the rows of all goals.
 * @param {Cells} cells
 * @param {number[]} starts milliseconds
 * @param {number} memory megabytes
 * @returns {Row[]}
 */
export function rowsOf(cells, starts, memory) {
  /** @param {CellName} cell @param {string} name @param {{ [process in keyof Cpu]?: number }} goals */
  const cpu = (cell, name, goals) =>
    /** @type {const} */ (['server', 'postgres']).map((process) => {
      const { ours, plain } = cells[cell];
      const [values, others] = [ours, plain].map((rounds) => rounds.map((round) => round[process]));
      return row(
        `${cell}-${process}`,
        `${name}: ${process === 'server' ? 'gateway' : 'PostgreSQL'}, CPU`,
        'µs',
        values ?? [],
        goals[process] === undefined ? undefined : { is: 'at most', than: goals[process] },
        others,
      );
    });
  /** @param {CellName} cell @param {CellName} other */
  const rates = (cell, other) =>
    cells[cell].ours.map(({ rate }, round) => rate / (cells[other].ours[round]?.rate ?? Number.NaN));
  /** @param {CellName} cell */
  const rate = (cell) => cells[cell].ours.map((round) => round.rate);
  return [
    ...cpu('rest16', 'Create over REST', { server: 380, postgres: 400 }),
    ...cpu('graphql16', 'Create over GraphQL', { server: 450 }),
    ...cpu('list16', 'List 50 accounts', { server: 900 }),
    ...cpu('token16', 'Issue an access token', {}),
    row('rest16', 'Creations, 16 connections', 'per second', rate('rest16')),
    row('rest64', 'Creations, 64 connections to 16', 'ratio', rates('rest64', 'rest16'), {
      is: 'at least',
      than: 1,
    }),
    row('hot64', 'Creations, one tenant to many, 64 connections', 'ratio', rates('hot64', 'rest64'), {
      is: 'at least',
      than: 1,
    }),
    row('rest1', 'Creations, one connection', 'per second', rate('rest1')),
    row(
      'start',
      'Warm start until ready',
      's',
      starts.map((time) => time / 1000),
      { is: 'under', than: 1 },
    ),
    row('memory', 'Memory after a minute of load', 'MB', [memory], { is: 'under', than: 200 }),
  ];
}

/**
 * @param {string} id @param {string} name @param {string} unit @param {number[]} values
 * @param {Row['goal']} [goal] @param {number[]} [others] the values of the plain server
 * @returns {Row}
 */
function row(id, name, unit, values, goal, others = []) {
  const measured = figureOf(values, unit);
  return {
    ...{ id, name, unit, measured },
    ...(goal && { goal, reached: isReached(measured.median, goal) }),
    ...(others.length > 0 && {
      plain: figureOf(others, unit),
      ratio: rounded(median(values.map((value, round) => value / (others[round] ?? Number.NaN))), 2),
    }),
  };
}

/** @param {number} value @param {NonNullable<Row['goal']>} goal */
export function isReached(value, { is, than }) {
  if (is === 'at least') return value >= than;
  return is === 'under' ? value < than : value <= than;
}

/** The digits after the point, by the unit. */
const digits = (/** @type {string} */ unit) => (unit === 'ratio' || unit === 's' ? 2 : 0);

/** @param {number} value @param {number} places */
const rounded = (value, places) => Number(value.toFixed(places));

/** @param {number[]} values @param {string} unit @returns {Figure} */
function figureOf(values, unit) {
  const [middle = 0, lowest = 0, highest = 0] = [
    median(values),
    Math.min(...values),
    Math.max(...values),
  ].map((value) => rounded(value, digits(unit)));
  return { median: middle, lowest, highest };
}

/** Writes the table of goals. @param {Row[]} rows */
export function goalsTable(rows) {
  const head = ['', 'unit', 'goal', 'median', 'lowest-highest', 'reached', 'plain server', 'ratio'];
  return table([
    head,
    ...rows.map(({ name, unit, measured, goal, reached, plain, ratio }) => {
      const show = (/** @type {number} */ value) => format(value, digits(unit));
      return [
        name,
        unit,
        goal ? `${goal.is} ${show(goal.than)}` : '',
        show(measured.median),
        `${show(measured.lowest)}-${show(measured.highest)}`,
        reached === undefined ? '' : reached ? 'yes' : 'NO',
        plain ? show(plain.median) : '',
        ratio === undefined ? '' : format(ratio, 2),
      ];
    }),
  ]);
}
