/** The time that a partition of the audit log covers: from `from` until before `until`. */
export interface Range {
  from: Date;
  until: Date;
}

/** The number of whole months, after the current one, for which partitions exist in advance. */
const monthsAhead = 3;

/** The sizes of a partition in months. Each of them divides a year, so that a year starts with a new partition. */
const sizes = [1, 2, 3, 4, 6, 12];

/** The mean number of days of a month. */
const daysOfMonth = 365 / 12;

/**
 * Returns the number of months that a partition covers. To plan a page takes 0.1 ms for each partition
 * (npm run bench:retention), so the audit log has about a dozen. A partition therefore covers a month up to a retention
 * of a year, and about a twelfth of a longer retention. Without a retention it covers a year.
 */
export const monthsOfPartition = (retentionDays: number | undefined): number =>
  sizes.find((months) => months * 12 * daysOfMonth >= (retentionDays ?? Number.POSITIVE_INFINITY)) ?? 12;

/**
 * Returns the ranges of the partitions to add.
 * @param until the end of the last partition; it is in the past if no gateway has run for a long time
 * @param months the number of months that a partition covers
 */
export function missingRanges(until: Date, now: Date, months: number): Range[] {
  const end = startOfMonth(now, monthsAhead + 1);
  const ranges: Range[] = [];
  for (let from = until; from < end; from = ranges.at(-1)?.until ?? end)
    ranges.push({ from, until: endOfPartition(from < now ? now : from, months) });
  return ranges;
}

/** Returns whether a range is longer than a partition of this size. */
export const isLonger = ({ from, until }: Range, months: number): boolean =>
  until > endOfPartition(from, months);

const endOfPartition = (time: Date, months: number): Date =>
  startOfMonth(time, months - (time.getUTCMonth() % months));

/** Returns the start of the month, in UTC, that is a number of months after a time. */
const startOfMonth = (time: Date, months: number): Date =>
  new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + months));
