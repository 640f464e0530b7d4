import { expect, test } from '@jest/globals';
import { chartOf } from '../../bench/goals/chart.js';
import { type Cells, goalsTable, isReached, rowsOf } from '../../bench/goals/rows.js';

const round = (server: number, postgres: number, rate: number) => ({
  ...{ server, postgres, rate },
  ...{ p50: 1, p99: 2, answers: 100 },
});

/** Two servers in three rounds, with figures that are easy to recognize. */
const cell = (server: number, postgres: number, rate: number) => ({
  ours: [
    round(server, postgres, rate),
    round(server + 20, postgres + 20, rate),
    round(server + 10, postgres, rate),
  ],
  plain: [1, 2, 3].map(() => round(server / 2, postgres / 2, rate)),
});
const alone = (rate: number) => ({ ...cell(100, 20, rate), plain: [] });

const cells: Cells = {
  rest16: cell(360, 390, 1000),
  graphql16: cell(500, 390, 900),
  rest64: alone(1100),
  hot64: alone(900),
  rest1: alone(400),
  list16: cell(700, 300, 600),
  token16: alone(7000),
};

const rows = rowsOf(cells, [900, 950, 1300], 199.6);
const find = (wanted: string) => rows.find(({ id }) => id === wanted);

test('a row has the medians of the rounds, the goal, and the ratio to the plain server', () => {
  expect(find('rest16-server')).toEqual({
    id: 'rest16-server',
    name: 'Create over REST: gateway, CPU',
    unit: 'µs',
    measured: { median: 370, lowest: 360, highest: 380 },
    goal: { is: 'at most', than: 380 },
    reached: true,
    plain: { median: 180, lowest: 180, highest: 180 },
    ratio: 2.06,
  });
  expect(find('graphql16-server')).toMatchObject({ reached: false });
  expect(find('graphql16-postgres')).not.toHaveProperty('reached');
});

test('rates are compared within their round', () => {
  expect(find('rest64')).toMatchObject({ measured: { median: 1.1 }, reached: true });
  expect(find('hot64')).toMatchObject({ measured: { median: 0.82 }, reached: false });
});

test('a start is shown in seconds', () => {
  expect(find('start')).toMatchObject({ measured: { median: 0.95, highest: 1.3 }, reached: true });
  expect(find('memory')).toMatchObject({ measured: { median: 200 } });
});

test.each([
  ['at most', 380, true],
  ['at most', 381, false],
  ['at least', 380, true],
  ['at least', 379, false],
  ['under', 379, true],
  ['under', 380, false],
] as const)('the goal "%s 380" and %d', (is, value, reached) => {
  expect(isReached(value, { is, than: 380 })).toBe(reached);
});

test('the table has a line for each row', () => {
  const lines = goalsTable(rows).split('\n');
  expect(lines).toHaveLength(1 + rows.length);
  expect(lines[1]?.split(/ {3,}/)).toEqual([
    ...['Create over REST: gateway, CPU', 'µs', 'at most 380', '370', '360-380', 'yes', '180', '2.06'],
  ]);
});

test('the chart says the figures as text, and marks the goals', () => {
  const svg = chartOf(rows);
  expect(svg).toContain(
    'Create an account over REST: this gateway 370 and its PostgreSQL 390; the plain server 180 and its PostgreSQL 195.',
  );
  expect(svg).toContain('prefers-color-scheme: dark');
  // Two goals are reached, and the one of GraphQL is not. The legend has one of each.
  expect(svg.match(/<path class="goal"/g)).toHaveLength(1 + 3);
  expect(svg.match(/<path class="goal missed"/g)).toHaveLength(1 + 1);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});
