import { isDeepStrictEqual } from 'node:util';

/** The fields of a thing that the audit trail shows, as JSON values. */
export type Snapshot = Record<string, unknown>;

/** Returns the fields that a change has changed, before and after it; undefined if it has changed none. */
export function differences(
  before: Snapshot,
  after: Snapshot,
): { before: Snapshot; after: Snapshot } | undefined {
  const changed = Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const pick = (snapshot: Snapshot) => Object.fromEntries(changed.map((key) => [key, snapshot[key]]));
  return changed.length > 0 ? { before: pick(before), after: pick(after) } : undefined;
}
