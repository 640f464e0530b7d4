/**
 * Aligns columns: the first to the left, the others, which are numbers, to the right.
 * @param {string[][]} rows
 */
export function table(rows) {
  const widths = rows.reduce(
    (all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, cell.length)),
    /** @type {number[]} */ ([]),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[0] ?? 0)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
