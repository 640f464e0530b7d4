import { BREAK, type DocumentNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { fragmentsOf, responseKey, selectedFields } from '../../../platform/selected-fields.js';
import { limits } from './document-limits.js';

/**
 * Counts the fields whose response key occurs earlier in the same selection. The fields inside such a field count too.
 * graphql-js compares each pair of fields with the same key in a selection, with fragments expanded and with all fields
 * inside them. That takes quadratic time.
 */
export function countRepeats(document: DocumentNode): number {
  const findFragment = fragmentsOf(document);

  const sizes = new Map<SelectionSetNode, number>();
  const sizeOf = (set: SelectionSetNode | undefined): number => {
    if (!set) return 0;
    const known = sizes.get(set);
    if (known !== undefined) return known;
    sizes.set(set, 0); // A fragment may spread itself. Another rule rejects that.
    let size = 0;
    for (const selection of set.selections)
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        size += sizeOf(findFragment(selection.name.value)?.selectionSet);
      else size += sizeOf(selection.selectionSet) + (selection.kind === Kind.FIELD ? 1 : 0);
    sizes.set(set, size);
    return size;
  };

  const repeatsIn = (set: SelectionSetNode): number => {
    const keys = new Set<string>();
    let repeats = 0;
    for (const field of selectedFields(set, findFragment)) {
      const key = responseKey(field);
      if (keys.has(key)) repeats += 1 + sizeOf(field.selectionSet);
      keys.add(key);
    }
    return repeats;
  };

  let repeats = 0;
  visit(document, {
    SelectionSet: (set, _key, parent) => {
      // The selection of an inline fragment belongs to the selection around it, where it is already counted.
      const { kind } = parent as { kind: Kind };
      if (kind !== Kind.INLINE_FRAGMENT) repeats += repeatsIn(set);
      return repeats > limits.repeats ? BREAK : undefined;
    },
  });
  return repeats;
}
