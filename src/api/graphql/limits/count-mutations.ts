import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
} from 'graphql';
import type { Context } from '../../../platform/context.js';
import { fragmentsOf, responseKey, selectedFields } from '../../../platform/selected-fields.js';

interface CountedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/**
 * Counts each mutation of an operation as a request of its caller, because each is a transaction with an audit log
 * entry. The context of a request counts one before the operation is known, and this function counts the others. It
 * runs before the operation, which therefore runs as a whole or not at all.
 * @throws AppError RATE_LIMITED
 */
export async function admitMutations(context: Context, counted: CountedOperation): Promise<void> {
  const count = countMutations(counted);
  if (count > 1) await context.admitFurther(count - 1);
}

function countMutations({ schema, document, operation, variables }: CountedOperation): number {
  if (operation.operation !== OperationTypeNode.MUTATION) return 0;
  const findFragment = fragmentsOf(document);
  const count = (isIncluded?: (selection: SelectionNode) => boolean): number => {
    const fields = selectedFields(operation.selectionSet, findFragment, isIncluded);
    // Fields with the same key run once (GraphQL, section 6.3.2).
    return new Set(fields.filter(({ name }) => name.value !== '__typename').map(responseKey)).size;
  };
  if (count() <= 1) return 1;
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  return count(
    (selection) =>
      conditionOf(selection, 'skip', coerced) !== true &&
      conditionOf(selection, 'include', coerced) !== false,
  );
}

/** Returns the value of the argument `if` of `@skip` or `@include`. Undefined without such a directive. */
function conditionOf({ directives = [] }: SelectionNode, name: string, variables: Record<string, unknown>) {
  const directive = directives.find((one) => one.name.value === name);
  const value = directive?.arguments?.find((argument) => argument.name.value === 'if')?.value;
  if (value?.kind === Kind.BOOLEAN) return value.value;
  return value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
}
