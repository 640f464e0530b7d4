import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** A fragment of the document by its name. */
export type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

/**
 * The fields of one selection, those of its fragments included: what is inside them is not part of it. A fragment
 * that is spread twice counts once (GraphQL, section 6.3.2).
 */
export function selectedFields(root: SelectionSetNode, findFragment: FindFragment): FieldNode[] {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = findFragment(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(root);
  return fields;
}

/** Under which a field is answered: fields with the same key are one. */
export const responseKey = ({ alias, name }: FieldNode): string => (alias ?? name).value;
