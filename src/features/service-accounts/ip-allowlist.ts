import { z } from 'zod';
import { readRange, textOf } from './ip-range.js';

/** The maximum number of entries in the list of an account. */
const maxEntries = 50;

/** The rule for the addresses from which an account may authenticate. It names the first entry that is wrong. */
export const allowlistRule = z
  .array(z.string())
  .max(maxEntries, { error: `must contain at most ${maxEntries} entries`, abort: true })
  .superRefine((entries, context) => {
    for (const [index, entry] of entries.entries()) {
      const range = readRange(entry);
      if (typeof range === 'string') context.addIssue({ code: 'custom', path: [index], message: range });
    }
  });

/**
 * Converts a list to its canonical entries in the same order, each of them once. An empty list becomes null, because
 * both mean that the account may authenticate from any address. Does not read too many entries, which the rule rejects.
 */
export function normalizeAllowlist(entries: string[] | null): string[] | null {
  if (!entries || entries.length > maxEntries) return entries;
  const texts = entries.map((entry) => {
    const range = readRange(entry);
    return typeof range === 'string' ? entry : textOf(range);
  });
  return texts.length > 0 ? [...new Set(texts)] : null;
}
