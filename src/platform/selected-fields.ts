import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Finds a fragment of the document by its name. */
export type FindFragment = (name: string) => FragmentDefinitionNode | null | undefined;

/** Reads the fragments of a document. */
export function fragmentsOf({ definitions }: DocumentNode): FindFragment {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return (name) => fragments.get(name);
}

/**
 * Lists the fields of one selection and of its fragments, without the fields inside these fields. A fragment that is
 * spread twice counts once (GraphQL, section 6.3.2).
 * @param isIncluded returns whether a field or a fragment is part of the selection; defaults to all
 */
export function selectedFields(
  root: SelectionSetNode,
  findFragment: FindFragment,
  isIncluded: (selection: SelectionNode) => boolean = () => true,
): FieldNode[] {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (!isIncluded(selection)) continue;
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

/** Returns the key of a field in the response. Fields with the same key are merged. */
export const responseKey = ({ alias, name }: FieldNode): string => (alias ?? name).value;
