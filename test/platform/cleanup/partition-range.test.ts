import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isLonger,
  missingRanges,
  monthsOfPartition,
} from '../../../src/platform/cleanup/audit-partitions/partition-range.js';

test.each([
  [undefined, 12],
  [30, 1],
  [365, 1],
  [366, 2],
  [730, 2],
  [1095, 3],
  [1825, 6],
  [3650, 12],
])('with a retention of %s days a partition has %d months', (days, months) => {
  expect(monthsOfPartition(days)).toBe(months);
});

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const asText = (ranges: { from: Date; until: Date }[]) =>
  ranges.map(({ from, until }) => `${from.toISOString().slice(0, 10)} ${until.toISOString().slice(0, 10)}`);

test('the current month and the next three have partitions', () => {
  expect(asText(missingRanges(day('2026-12-01'), day('2026-11-30'), 1))).toEqual([
    '2026-12-01 2027-01-01',
    '2027-01-01 2027-02-01',
    '2027-02-01 2027-03-01',
  ]);
});

test('a year begins with a new partition, and nothing is missing twice', () => {
  const now = day('2026-11-30');
  expect(asText(missingRanges(day('2026-12-01'), now, 12))).toEqual([
    '2026-12-01 2027-01-01',
    '2027-01-01 2028-01-01',
  ]);
  expect(missingRanges(day('2028-01-01'), now, 12)).toEqual([]);
});

test('after a long time without a gateway, one partition covers this time', () => {
  expect(asText(missingRanges(day('2026-03-01'), day('2026-11-30'), 1))[0]).toBe('2026-03-01 2026-12-01');
});

const time = fc.date({ min: day('2000-01-01'), max: day('2100-01-01'), noInvalidDate: true });

test('ranges follow each other without a gap, reach three months ahead, and are not too long', () => {
  fc.assert(
    fc.property(time, time, fc.constantFrom(1, 2, 3, 4, 6, 12), (until, now, months) => {
      const ranges = missingRanges(until, now, months);
      let end = until;
      for (const range of ranges) {
        expect(range.from).toEqual(end);
        expect(range.until > range.from).toBe(true);
        if (range.from >= now) expect(isLonger(range, months)).toBe(false);
        end = range.until;
      }
      expect(end.getTime()).toBeGreaterThan(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 3, 27));
      expect(missingRanges(end, now, months)).toEqual([]);
    }),
  );
});
