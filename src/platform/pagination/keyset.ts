import type { PageRequest } from './page.args.js';

/** Adds a value to the parameters of a statement. @returns its placeholder */
export type Bind = (value: unknown) => string;

/** Returns a function that collects the parameters of a statement. */
export const binder =
  (values: unknown[]): Bind =>
  (value) =>
    `$${values.push(value)}`;

/** A column that a list is ordered by. */
export interface KeysetColumn {
  /** The SQL expression, exactly as in the index for this order. */
  expression: string;
  type: string;
}

/**
 * Creates the SQL for a page that begins after a position. Unlike a page with an offset, its cost does not depend on
 * its place in the list.
 * @param columns all columns have the same direction, and the last one is unique
 * @param position of the row before the page; undefined for the beginning of the list
 */
export function keyset(
  columns: readonly KeysetColumn[],
  ascending: boolean,
  position: readonly unknown[] | undefined,
  bind: Bind,
): { conditions: string[]; orderBy: string } {
  const direction = ascending ? 'asc' : 'desc';
  const names = columns.map(({ expression }) => expression);
  const values = columns.map(({ type }, at) => position && `${bind(position[at])}::${type}`);
  return {
    conditions: position ? [`(${names.join(', ')}) ${ascending ? '>' : '<'} (${values.join(', ')})`] : [],
    orderBy: names.map((name) => `${name} ${direction}`).join(', '),
  };
}

/** Returns the number of rows to read for a page: one more than its size, to detect whether more rows follow. */
export const rowLimit = ({ size }: PageRequest): number => size + 1;

/** Returns whether a filter matches everything. The text of the statement is then always the same. */
export const isUnfiltered = (filter: object): boolean =>
  Object.values(filter).every((value) => value == null);
