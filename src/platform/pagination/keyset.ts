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
  /** The SQL expression, written as in the index that serves the order. */
  expression: string;
  type: string;
}

/**
 * Makes the SQL for a page that begins after a position. Unlike a page with an offset, it costs the same wherever it is
 * in the list.
 * @param columns all in the same direction, the last of which is unique
 * @param position of a row that is not on the page; undefined for the beginning of the list
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

/** Returns how many rows a page reads: one more than its size, which tells whether there are others after it. */
export const rowLimit = ({ size }: PageRequest): number => size + 1;

/** Tells whether a filter matches everything. The text of its statement is then always the same. */
export const isUnfiltered = (filter: object): boolean =>
  Object.values(filter).every((value) => value == null);
