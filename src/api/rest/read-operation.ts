import {
  type DocumentNode,
  type FragmentDefinitionNode,
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
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** A committed document, with the types that the schema gives to its variables and fields. */
export interface Operation {
  name: string;
  type: 'query' | 'mutation';
  root: Selection;
  /** Each variable as the argument that it is for, in the order of the document. */
  variables: ReadonlyMap<string, Input>;
}

/** A field that an operation selects. */
export interface Selection {
  name: string;
  field: GraphQLField<unknown, unknown>;
  /** The type of the value, or of each of its items. */
  type: GraphQLObjectType | GraphQLLeafType;
  isList: boolean;
  /** The type that has the field. The root field has none. */
  owner?: GraphQLObjectType;
  /** What is selected of an object, in the order of the document. */
  fields: readonly Selection[];
  /** Whether an object is selected by a fragment or with all of its fields, so that its type can lend it its name. */
  isWhole: boolean;
}

/** An argument, or a field of an input object. */
export interface Input {
  type: GraphQLInputType;
  description?: string | null;
  defaultValue?: unknown;
}

/** @throws Error for a document that does not fit the schema */
export function readOperation(document: DocumentNode, schema: GraphQLSchema): Operation {
  const definition = getOperationAST(document);
  const rootType = definition && schema.getRootType(definition.operation);
  if (!definition?.name || !rootType) throw new Error('the document has no operation with a name');
  const reader = new SelectionReader(document);
  const [root] = reader.fields(rootType, definition.selectionSet);
  if (!root) throw new Error('the document has no root field');
  return {
    name: definition.name.value,
    type: definition.operation as Operation['type'],
    root: { ...root, owner: undefined },
    variables: reader.variables,
  };
}

class SelectionReader {
  readonly variables = new Map<string, Input>();
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor({ definitions }: DocumentNode) {
    this.fragments = new Map(
      definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
    );
  }

  fields(owner: GraphQLObjectType, { selections }: SelectionSetNode): Selection[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.fragments.get(selection.name.value);
        return fragment ? this.fields(owner, fragment.selectionSet) : [];
      }
      if (selection.kind !== Kind.FIELD || selection.alias)
        throw new Error('REST knows fields and fragments');
      const field = owner.getFields()[selection.name.value];
      if (!field) throw new Error(`the type ${owner.name} has no field ${selection.name.value}`);
      for (const { name, value } of selection.arguments ?? []) {
        const argument = field.args.find((one) => one.name === name.value);
        if (value.kind === Kind.VARIABLE && argument) this.variables.set(value.name.value, argument);
      }
      return this.field(owner, field, selection.selectionSet);
    });
  }

  private field(
    owner: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    selectionSet?: SelectionSetNode,
  ): Selection {
    const type = getNamedType(field.type);
    const isList = isListType(getNullableType(field.type));
    const selected = { name: field.name, field, isList, owner };
    if (isLeafType(type)) return { ...selected, type, fields: [], isWhole: false };
    if (!isObjectType(type) || !selectionSet)
      throw new Error(`${owner.name}.${field.name} has no shape in REST`);
    const fields = this.fields(type, selectionSet);
    const isWhole =
      selectionSet.selections.some(({ kind }) => kind === Kind.FRAGMENT_SPREAD) ||
      fields.length === Object.keys(type.getFields()).length;
    return { ...selected, type, fields, isWhole };
  }
}

/**
 * Finds a field by its path from the root field on, such as `updateTenant.tenant`.
 * @throws Error for a path that the operation does not select
 */
export function selectionAt({ name, root }: Operation, path: string): Selection {
  const [first, ...rest] = path.split('.');
  const start = first === root.name ? root : undefined;
  const found = rest.reduce((outer, step) => outer?.fields.find((field) => field.name === step), start);
  if (!found) throw new Error(`${name} does not select ${path}`);
  return found;
}

/**
 * Finds an input by its path in the variables, such as `filter.createdBy.id`.
 * @throws Error for a path that the operation does not take
 */
export function inputAt({ name, variables }: Operation, path: string): Input {
  const [first = '', ...rest] = path.split('.');
  const found = rest.reduce<Input | undefined>((outer, field) => {
    const type = getNamedType(outer?.type);
    return isInputObjectType(type) ? type.getFields()[field] : undefined;
  }, variables.get(first));
  if (!found) throw new Error(`${name} takes no ${path}`);
  return found;
}
