import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** A committed operation, with the types of its variables and fields in the schema. */
export interface Operation {
  name: string;
  type: 'query' | 'mutation';
  root: Selection;
  /** The variables, each with the argument that it sets, in the order of the document. */
  variables: ReadonlyMap<string, Input>;
}

/** A field that an operation selects. */
export interface Selection {
  field: GraphQLField<unknown, unknown>;
  /** The type of the value, or the type of an item if the value is a list. */
  type: GraphQLObjectType | GraphQLLeafType;
  isList: boolean;
  /** The type to which the field belongs. Undefined for the root field. */
  owner?: GraphQLObjectType;
  /** The fields of an object, in the order of the document. */
  fields: readonly Selection[];
  /** Whether the operation selects the object by a fragment or with all of its fields. */
  isWhole: boolean;
}

/** An argument, or a field of an input object. */
export interface Input {
  type: GraphQLInputType;
  description?: string | null;
  defaultValue?: unknown;
}

/** Returns whether a request must contain an input. */
export const isRequired = ({ type, defaultValue }: Input): boolean =>
  isNonNullType(type) && defaultValue === undefined;

/**
 * Reads a document with one root field.
 * @throws Error if the document does not match the schema
 */
export function readOperation(document: DocumentNode, schema: GraphQLSchema): Operation {
  const definition = getOperationAST(document);
  const rootType = definition && schema.getRootType(definition.operation);
  if (!definition?.name || !rootType) throw new Error('The document has no operation with a name');
  const variables = new Map<string, Input>();
  const [root] = select(rootType, definition.selectionSet);
  if (!root) throw new Error(`${definition.name.value} selects nothing`);
  return {
    name: definition.name.value,
    type: definition.operation as Operation['type'],
    root: { ...root, owner: undefined },
    variables,
  };

  function select(owner: GraphQLObjectType, { selections }: SelectionSetNode): Selection[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return select(owner, fragment(selection.name.value));
      if (selection.kind !== Kind.FIELD || selection.alias)
        throw new Error('The documents of REST operations may contain only fields and fragments');
      const field = owner.getFields()[selection.name.value];
      if (!field) throw new Error(`The type ${owner.name} has no field ${selection.name.value}`);
      for (const { name, value } of selection.arguments ?? []) {
        const argument = field.args.find((one) => one.name === name.value);
        if (value.kind === Kind.VARIABLE && argument) variables.set(value.name.value, argument);
      }
      return describe(owner, field, selection.selectionSet);
    });
  }

  function fragment(name: string): SelectionSetNode {
    for (const one of document.definitions) {
      if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name) return one.selectionSet;
    }
    throw new Error(`The document has no fragment ${name}`);
  }

  function describe(
    owner: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    set?: SelectionSetNode,
  ): Selection {
    const type = getNamedType(field.type);
    const isList = isListType(getNullableType(field.type));
    if (isLeafType(type)) return { field, type, isList, owner, fields: [], isWhole: false };
    if (!isObjectType(type) || !set)
      throw new Error(`${owner.name}.${field.name} cannot be represented in REST`);
    const fields = select(type, set);
    const isWhole =
      set.selections.some(({ kind }) => kind === Kind.FRAGMENT_SPREAD) ||
      fields.length === Object.keys(type.getFields()).length;
    return { field, type, isList, owner, fields, isWhole };
  }
}

/**
 * Finds a field by its path, such as `updateTenant.tenant`.
 * @throws Error if the operation does not select the path
 */
export function selectionAt({ name, root }: Operation, path: string): Selection {
  const [first, ...rest] = path.split('.');
  const found = rest.reduce<Selection | undefined>(
    (outer, step) => outer?.fields.find(({ field }) => field.name === step),
    first === root.field.name ? root : undefined,
  );
  if (!found) throw new Error(`${name} does not select ${path}`);
  return found;
}

/**
 * Finds an input by its path in the variables, such as `filter.createdBy.id`.
 * @throws Error if the operation has no such input
 */
export function inputAt({ name, variables }: Operation, path: string): Input {
  const [first = '', ...rest] = path.split('.');
  const found = rest.reduce<Input | undefined>((outer, step) => {
    const type = getNamedType(outer?.type);
    return isInputObjectType(type) ? type.getFields()[step] : undefined;
  }, variables.get(first));
  if (!found) throw new Error(`${name} has no variable ${path}`);
  return found;
}
