import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { defaultPageSize, maxPageSize } from '../../platform/pagination/page.args.js';
import { selectedFields } from './selected-fields.js';

type Field = GraphQLField<unknown, unknown>;

/** What a field says of itself for this, in its extensions. */
interface FieldCost {
  /** What it counts for itself, where that is more than 1: a long text, or work for the database. */
  cost?: number;
  /** How many items a list has at most. */
  size?: number;
  /** A list that has as many as the page that was asked for. */
  paged?: boolean;
  /** A list that has as many as one of its arguments says, which has a default. */
  sized?: { by: string; most: number };
}

const costOf = (field: Field): FieldCost => field.extensions as FieldCost;

interface Request {
  schema: GraphQLSchema;
  fragments: Map<string, FragmentDefinitionNode>;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/**
 * About how many fields an answer may have at most, each as often as the lists around it may have items. It is
 * counted for the operation that runs, with its variables: what a page is asked for is one of them, mostly.
 * @param most counting ends beyond it: fragments can stand for more than can be counted
 */
export function answerCost({ schema, fragments, operation, variables }: Request, most: number): number {
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  let total = 0;
  const count = (type: GraphQLCompositeType, selection: SelectionSetNode, times: number, page: number) => {
    for (const node of selectedFields(selection, (name) => fragments.get(name))) {
      const field = fieldOf(schema, type, node.name.value);
      const { cost = 1, size = 1, paged, sized } = field ? costOf(field) : {};
      total += times * cost;
      if (total > most) return;
      if (!field || !node.selectionSet) continue;
      const inner = getNamedType(field.type);
      if (!isCompositeType(inner)) continue;
      const args = field.args.length > 0 ? getArgumentValues(field, node, coerced) : undefined;
      const asked = args ? pageOf(args) : page;
      const items = sized && args ? within(sized.most, args[sized.by]) : size;
      count(inner, node.selectionSet, times * (paged ? page : items), asked);
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) count(root, operation.selectionSet, 1, defaultPageSize);
  return total;
}

export const fragmentsOf = (definitions: readonly { kind: string }[]): Map<string, FragmentDefinitionNode> =>
  new Map(
    definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );

/** What is out of bounds is refused when it is run. */
const pageOf = ({ first, last }: Record<string, unknown>): number =>
  within(maxPageSize, first ?? last ?? defaultPageSize);

const within = (most: number, asked: unknown): number => Math.min(most, Math.max(1, Number(asked)));

/** A field of an interface may be one of its types' alone. */
function fieldOf(schema: GraphQLSchema, type: GraphQLCompositeType, name: string): Field | undefined {
  const own = isUnionType(type) ? undefined : type.getFields()[name];
  if (own || !isAbstractType(type)) return own;
  return schema
    .getPossibleTypes(type)
    .map((possible) => possible.getFields()[name])
    .find(Boolean);
}
