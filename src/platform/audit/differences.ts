import { isDeepStrictEqual } from 'node:util';

/** The fields of an object that appear in the audit log, as JSON values. */
export type Snapshot = Record<string, unknown>;

/** Returns the values of the changed fields before and after the change, or undefined if no field has changed. */
export function differences(
  before: Snapshot,
  after: Snapshot,
): { before: Snapshot; after: Snapshot } | undefined {
  const changed = Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const pick = (snapshot: Snapshot) => Object.fromEntries(changed.map((key) => [key, snapshot[key]]));
  return changed.length > 0 ? { before: pick(before), after: pick(after) } : undefined;
}
