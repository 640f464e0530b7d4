import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
  typeFromAST,
} from 'graphql';

/** What graphql-js finds out again for each object of each execution: the fields to read, with their definitions. */
export interface Plan {
  readonly operation: OperationDefinitionNode;
  readonly fragments: GraphQLResolveInfo['fragments'];
  readonly selection: Selection;
}

/** The fields to read from an object, in the order of the answer. */
export type Selection = readonly PlannedField[];

export interface PlannedField {
  /** The alias, or the name if the field has no alias. */
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Whether the value is a scalar or an enum, and not a list of them. */
  readonly isLeaf: boolean;
  /** The fields to read from each object in the value, or undefined if the value has no objects. */
  readonly selection: Selection | undefined;
}

/**
 * Stops a document whose fragments multiply each other. The largest operation of the REST API has 33 fields. A field
 * takes 170 bytes of memory.
 */
const maxFields = 200;

/**
 * Plans a query.
 * @returns undefined if the query contains something that a plan does not support: directives, interfaces, unions,
 *   introspection, or too many fields
 */
export function planQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan | undefined {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  const type = schema.getQueryType();
  const planner = new Planner(schema, fragments);
  const selection = type ? planner.select(type, [operation.selectionSet]) : undefined;
  return selection && { operation, fragments, selection };
}

/** Each method returns undefined, or false, if it finds something that a plan does not support. */
class Planner {
  private size = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  ) {}

  /** Plans the fields of an object type. */
  select(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Selection | undefined {
    const collected = new Map<string, FieldNode[]>();
    const visited = new Set<FragmentDefinitionNode>();
    if (type.isTypeOf || !sets.every((set) => this.collect(type, set, collected, visited))) return;
    const selection: PlannedField[] = [];
    for (const [key, nodes] of collected) {
      const field = this.planField(type, key, nodes);
      if (!field) return;
      selection.push(field);
    }
    return selection;
  }

  /** Collects the fields by their keys, as section 6.3.2 of the GraphQL specification describes. */
  private collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    collected: Map<string, FieldNode[]>,
    visited: Set<FragmentDefinitionNode>,
  ): boolean {
    return selections.every((node) => {
      if (node.directives?.length) return false;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const nodes = collected.get(key);
        if (nodes) nodes.push(node);
        else collected.set(key, [node]);
        this.size += 1;
        // An object cannot have this key. Setting it would change the prototype of the object.
        return this.size <= maxFields && key !== '__proto__';
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.fragments[node.name.value] : node;
      if (!fragment) return false;
      if (fragment.kind === Kind.FRAGMENT_DEFINITION) {
        if (visited.has(fragment)) return true;
        visited.add(fragment);
      }
      const { typeCondition } = fragment;
      if (typeCondition && typeFromAST(this.schema, typeCondition) !== type) return false;
      return this.collect(type, fragment.selectionSet, collected, visited);
    });
  }

  private planField(
    parentType: GraphQLObjectType,
    key: string,
    nodes: FieldNode[],
  ): PlannedField | undefined {
    const name = nodes[0]?.name.value ?? '';
    const isTypeName = name === TypeNameMetaFieldDef.name;
    const definition = isTypeName ? TypeNameMetaFieldDef : parentType.getFields()[name];
    if (!definition) return;
    const type = getNamedType(definition.type);
    const isLeaf = isLeafType(getNullableType(definition.type));
    if (isLeafType(type)) return { key, nodes, parentType, definition, isLeaf, selection: undefined };
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const selection = isObjectType(type) ? this.select(type, sets) : undefined;
    return selection && { key, nodes, parentType, definition, isLeaf, selection };
  }
}
