import { isDeepStrictEqual } from 'node:util';

/** The fields of an object that appear in the audit log, as JSON values. */
export type Snapshot = Record<string, unknown>;

interface Difference<Value> {
  before: Value;
  after: Value;
}

/**
 * Returns the values of the changed fields before and after the change, or undefined if no field has changed. Of a
 * field that is a map, such as the labels, it returns only the changed keys. Otherwise, a small change of a large map
 * would fill the audit log.
 */
export function differences(before: Snapshot, after: Snapshot): Difference<Snapshot> | undefined {
  const changed = Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  if (changed.length === 0) return undefined;
  const values = changed.map((key) => [key, differenceOf(before[key], after[key])] as const);
  return {
    before: Object.fromEntries(values.map(([key, value]) => [key, value.before])),
    after: Object.fromEntries(values.map(([key, value]) => [key, value.after])),
  };
}

function differenceOf(before: unknown, after: unknown): Difference<unknown> {
  if (!isMap(before) || !isMap(after)) return { before, after };
  const changed = Object.keys({ ...before, ...after }).filter(
    (key) => !isDeepStrictEqual(valueAt(before, key), valueAt(after, key)),
  );
  const pick = (map: Snapshot) => Object.fromEntries(changed.map((key) => [key, valueAt(map, key)]));
  return { before: pick(before), after: pick(after) };
}

const isMap = (value: unknown): value is Snapshot =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the value of a key, or null if the map does not have it. A client may have chosen a key like `toString`. */
const valueAt = (map: Snapshot, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : null);
