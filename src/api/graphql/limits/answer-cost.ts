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
import { fragmentsOf, selectedFields } from '../../../platform/selected-fields.js';

type Field = GraphQLField<unknown, unknown>;

/** The cost that a field declares with type-graphql's `@Extensions`. */
interface FieldCost {
  /** The cost of the field itself. It exceeds 1 for a long text or for work in the database. */
  cost?: number;
  /** The maximum number of items of a list. */
  size?: number;
  /** Whether the list is part of a page, and so has as many items as the page size that the request asks for. */
  paged?: boolean;
  /** The argument that sets the number of items of the list, and the maximum. The argument has a default. */
  sized?: { by: string; max: number };
}

interface CountedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/**
 * Estimates the maximum number of fields in a response. Each field counts as often as the lists around it can have
 * items. The count covers only the operation that runs. It needs the variables, because they usually contain the page
 * size.
 * @param maximum the count at which counting stops; nested fragments can expand to more fields than anything can count
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

/** Returns the page size, limited to its valid range. The field rejects any other size when it runs. */
const pageOf = ({ first, last }: Record<string, unknown>): number =>
  within(maxPageSize, first ?? last ?? defaultPageSize);

const within = (maximum: number, asked: unknown): number => Math.min(maximum, Math.max(1, Number(asked)));

/**
 * Finds a field of a composite type. For an interface or a union, the field may belong to one of its possible types.
 */
function fieldOf(schema: GraphQLSchema, type: GraphQLCompositeType, name: string): Field | undefined {
  const own = isUnionType(type) ? undefined : type.getFields()[name];
  if (own || !isAbstractType(type)) return own;
  return schema
    .getPossibleTypes(type)
    .map((possible) => possible.getFields()[name])
    .find(Boolean);
}
