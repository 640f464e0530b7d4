import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type GraphQLSchema, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { unauthenticated } from '../../platform/auth/authenticate.js';
import type { Context } from '../../platform/context.js';
import { findVariableFault } from './check-variables.js';
import type { Executor } from './execution/executor.js';
import type { Guards } from './guard.js';
import { admitMutations } from './limits/count-mutations.js';
import { logMasked, toPublicError } from './masking.js';

/**
 * Runs one of the committed operations against the guarded schema, for an API other than GraphQL. The operations are
 * always valid, because the code generator rejects an operation that does not match the schema.
 * @param variables reads the variables; only a caller who may run the operation receives the error that it throws
 * @throws AppError and no other error
 */
export type Execute = <Data, Variables extends Record<string, unknown>>(
  context: Promise<Context>,
  document: TypedDocumentNode<Data, Variables>,
  variables: () => NoInfer<Variables>,
) => Promise<Data>;

/**
 * Creates the function with which the REST API runs its operations.
 * @param executor executes the operations of the schema
 * @param guards the guards of the schema, which check access to an operation whose variables are invalid
 */
export function createExecute(
  schema: GraphQLSchema,
  executor: Executor,
  guards: Guards,
  log: Logger,
): Execute {
  return async (pendingContext, document, variables) => {
    const context = await pendingContext;
    // Unlike the GraphQL API, the REST API runs nothing without an access token.
    if (!context.caller) throw unauthenticated();
    const operation = operationOf(document);
    const { variableValues, fault } = readVariables(schema, operation, variables);
    if (fault) {
      // graphql-js checks variables before any rule runs. The guard runs here first, so a caller without access gets
      // its denial and not the error in the variables.
      const refuse = (): never => {
        throw fault;
      };
      const guard = guards[rootTypeOf(operation)][rootFieldOf(operation)];
      if (!guard) throw new Error(`${rootFieldOf(operation)} has no guard`);
      await guard(refuse, undefined, {}, context);
      return refuse();
    }
    await admitMutations(context, { schema, document, operation, variables: variableValues ?? {} });
    const { data, errors } = await executor({ document, variableValues, contextValue: context });
    const error = errors?.[0];
    if (error) {
      logMasked(log, context.requestId, error);
      throw toPublicError(error);
    }
    return data as never;
  };
}

/** Returns the variables, or the error that their reader or the schema finds in them. */
function readVariables<Variables extends Record<string, unknown>>(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: () => Variables,
) {
  try {
    const variableValues = variables();
    return { variableValues, fault: findVariableFault(schema, operation, variableValues) };
  } catch (fault) {
    return { variableValues: undefined, fault };
  }
}

function operationOf(document: TypedDocumentNode<unknown, never>): OperationDefinitionNode {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('The document has no operation');
  return operation;
}

const rootTypeOf = ({ operation }: OperationDefinitionNode) =>
  operation === OperationTypeNode.MUTATION ? 'Mutation' : 'Query';

/** Returns the name of the root field. Each committed operation has exactly one. */
function rootFieldOf({ selectionSet }: OperationDefinitionNode): string {
  const [field] = selectionSet.selections;
  return field?.kind === Kind.FIELD ? field.name.value : '';
}
