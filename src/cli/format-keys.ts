import type { KeyRow } from '../api/oauth/keys/signing-keys.sql.js';

/** Formats keys as JSON for programs. */
export const formatJson = (keys: KeyRow[]): string => JSON.stringify(keys.map(describe), null, 2);

const titles = ['KID', 'ALGORITHM', 'CREATED', 'SIGNS FROM', 'PUBLISHED UNTIL', 'STATE', 'ENCRYPTED WITH'];

/** Formats keys as a table for people. */
export function formatTable(keys: KeyRow[]): string {
  const rows = keys.map((key) => Object.values(describe(key)).map((value) => value ?? '-'));
  const lines = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((value, column) => value.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const toIso = (date: Date) => date.toISOString();

const describe = ({ kid, algorithm, madeAt, startsAt, retiresAt, state, keyVersion }: KeyRow) => ({
  kid,
  algorithm,
  made: toIso(madeAt),
  signsFrom: toIso(startsAt),
  publishedUntil: retiresAt && toIso(retiresAt),
  state,
  sealedUnder: keyVersion,
});
