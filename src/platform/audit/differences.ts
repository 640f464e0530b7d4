import { isDeepStrictEqual } from 'node:util';

/** What the trail tells of a thing. */
export type Facts = Record<string, unknown>;

/** What a change has changed, before and after. @returns undefined when there is nothing */
export function differences(before: Facts, after: Facts): { before: Facts; after: Facts } | undefined {
  const changed = Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const pick = (facts: Facts) => Object.fromEntries(changed.map((key) => [key, facts[key]]));
  return changed.length > 0 ? { before: pick(before), after: pick(after) } : undefined;
}
