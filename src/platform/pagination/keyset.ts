/** Adds a value to the parameters of a statement. @returns its placeholder */
export type Bind = (value: unknown) => string;

/** Collects the parameters of a statement. */
export const binder =
  (values: unknown[]): Bind =>
  (value) =>
    `$${values.push(value)}`;

/** What a list is ordered by. */
export interface Column {
  /** As its index has it. */
  expression: string;
  type: string;
}

/**
 * A page by what it begins with, and not by how many rows are before it: it costs the same wherever it is.
 * @param columns the last of which tells all rows apart; all go the same way
 * @param place where the page begins: the row there is not on it
 */
export function keyset(
  columns: readonly Column[],
  ascending: boolean,
  place: readonly unknown[] | undefined,
  bind: Bind,
): { conditions: string[]; orderBy: string } {
  const direction = ascending ? 'asc' : 'desc';
  const names = columns.map(({ expression }) => expression);
  const values = columns.map(({ type }, at) => place && `${bind(place[at])}::${type}`);
  return {
    conditions: place ? [`(${names.join(', ')}) ${ascending ? '>' : '<'} (${values.join(', ')})`] : [],
    orderBy: names.map((name) => `${name} ${direction}`).join(', '),
  };
}
