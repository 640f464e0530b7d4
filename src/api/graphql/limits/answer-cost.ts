import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isUnionType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { defaultPageSize, maxPageSize } from '../../../platform/pagination/page.args.js';
import { fragmentsOf, selectedFields } from './selected-fields.js';

type Field = GraphQLField<unknown, unknown>;

/** The cost that a field declares with type-graphql's `@Extensions`. */
interface FieldCost {
  /** The cost of the field itself. It is more than 1 for a long text, or for work in the database. */
  cost?: number;
  /** The maximum number of items of a list. */
  size?: number;
  /** Marks a list that has as many items as the page that was asked for, of which it is a part. */
  paged?: boolean;
  /** Names the argument that says how many items a list has, and the maximum. The argument has a default. */
  sized?: { by: string; max: number };
}

interface CountedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/**
 * Counts about how many fields an answer may have at most, each as often as the lists around it may have items. It
 * counts the operation that runs, with its variables, which mostly hold the size of a page.
 * @param maximum where counting ends: fragments can stand for more than can be counted
 */
export function answerCost(
  { schema, document, operation, variables }: CountedOperation,
  maximum: number,
): number {
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const findFragment = fragmentsOf(document);
  let total = 0;
  const count = (type: GraphQLCompositeType, selection: SelectionSetNode, times: number, page: number) => {
    for (const node of selectedFields(selection, findFragment)) {
      const field = fieldOf(schema, type, node.name.value);
      const { cost = 1, size = 1, paged, sized }: FieldCost = field?.extensions ?? {};
      total += times * cost;
      if (total > maximum) return;
      if (!field || !node.selectionSet) continue;
      const inner = getNamedType(field.type);
      if (!isCompositeType(inner)) continue;
      const args = field.args.length > 0 ? getArgumentValues(field, node, coerced) : undefined;
      const items = sized && args ? within(sized.max, args[sized.by]) : size;
      count(inner, node.selectionSet, times * (paged ? page : items), args ? pageOf(args) : page);
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) count(root, operation.selectionSet, 1, defaultPageSize);
  return total;
}

/** Returns the size of a page within its bounds, since the field refuses any other when it runs. */
const pageOf = ({ first, last }: Record<string, unknown>): number =>
  within(maxPageSize, first ?? last ?? defaultPageSize);

const within = (maximum: number, asked: unknown): number => Math.min(maximum, Math.max(1, Number(asked)));

/** Finds a field of an object or an interface, or of one of the types of an interface or a union. */
function fieldOf(schema: GraphQLSchema, type: GraphQLCompositeType, name: string): Field | undefined {
  const own = isUnionType(type) ? undefined : type.getFields()[name];
  if (own || !isAbstractType(type)) return own;
  return schema
    .getPossibleTypes(type)
    .map((possible) => possible.getFields()[name])
    .find(Boolean);
}
