import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowed, judge, medianInterval } from '../../bench/guard/judge.js';

/** Values near a middle, as rounds of a quiet machine have them. */
const around = (middle: number) =>
  [0, 1, -1, 2, -2, 1, 0, -1, 2, -2, 1, 0].map((percent) => middle * (1 + percent / 100));

test.each([
  ['the same CPU time', 400],
  ['less', 200],
  ['a tenth more', 440],
])('%s passes', (_name, now) => {
  expect(judge(around(now), [around(400), around(402)])).toMatchObject({ verdict: 'pass' });
});

test('about a fifth more passes, because it is not shown to be more', () => {
  const { verdict, low, high } = judge(around(480), [around(400).reverse(), around(400)]);
  expect(verdict).toBe('pass');
  expect(low).toBeLessThan(allowed);
  expect(high).toBeGreaterThan(allowed);
});

test('half as much again is slower', () => {
  const { verdict, middle, low, high } = judge(around(600), [around(400), around(402)]);
  expect(verdict).toBe('slower');
  expect(middle).toBeCloseTo(1.5, 1);
  expect(low).toBeGreaterThan(allowed);
  expect(high).toBeLessThan(1.6);
});

test('a change that is slower than only one process of the commit before is not reported', () => {
  expect(judge(around(560), [around(400), around(480)]).verdict).toBe('too noisy');
});

test('a difference that the rounds do not agree about is too noisy to judge', () => {
  const wild = [300, 700, 420, 800, 350, 610, 290, 900, 410, 660, 330, 720];
  expect(judge(wild, [around(400), around(400)]).verdict).toBe('too noisy');
});

test('a machine that is slow in some rounds for all versions is not too noisy', () => {
  const factors = [1, 3, 1, 1, 2, 5, 1, 1, 4, 1, 2, 1];
  const [now, before] = [around(600), around(400)].map((values) =>
    values.map((value, round) => value * (factors[round] ?? 1)),
  );
  expect(judge(now ?? [], [before ?? [], before ?? []]).verdict).toBe('slower');
});

test('two rounds far away from the others change nothing', () => {
  const now = around(400);
  now[3] = 4000;
  now[7] = 9000;
  expect(judge(now, [around(400), around(400)]).verdict).toBe('pass');
});

test('a missing value never passes', () => {
  expect(judge(around(400), [[], []]).verdict).toBe('too noisy');
});

describe('the interval of a median', () => {
  // The places come from a table of the binomial distribution, such as the one of the sign test.
  test.each([
    { count: 6, place: 1 },
    { count: 8, place: 1 },
    { count: 9, place: 2 },
    { count: 12, place: 3 },
    { count: 15, place: 4 },
    { count: 20, place: 6 },
    { count: 30, place: 10 },
  ])('of $count values begins at number $place', ({ count, place }) => {
    const values = Array.from({ length: count }, (_, index) => count - index);
    expect(medianInterval(values)).toEqual({ low: place, high: count + 1 - place });
  });

  test('of one value is this value', () => {
    expect(medianInterval([7])).toEqual({ low: 7, high: 7 });
  });

  test('contains the median of any values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const { low, high } = medianInterval(values);
        expect(low).toBeLessThanOrEqual(sorted[Math.floor((values.length - 1) / 2)] ?? 0);
        expect(high).toBeGreaterThanOrEqual(sorted[Math.ceil((values.length - 1) / 2)] ?? 0);
      }),
    );
  });
});
