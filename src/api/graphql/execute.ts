import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { execute, type GraphQLSchema, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { unauthenticated } from '../../platform/auth/authenticate.js';
import type { Context } from '../../platform/context.js';
import { findVariableFault } from './check-variables.js';
import type { Guards } from './guard.js';
import { logMasked, toPublicError } from './masking.js';

/**
 * Runs one of the committed operations against the guarded schema, for a transport that is not GraphQL. They are
 * valid by construction: codegen refuses one that does not fit the schema.
 * @param variables reads the variables; what it throws is returned only to a caller who may run the operation
 * @throws AppError, and nothing else
 */
export type Execute = <Data, Variables extends Record<string, unknown>>(
  context: Promise<Context>,
  document: TypedDocumentNode<Data, Variables>,
  variables: () => NoInfer<Variables>,
) => Promise<Data>;

/**
 * Creates the function that REST runs its operations with.
 * @param guards the guards of the schema, for operations whose resolver cannot run
 */
export function createExecute(schema: GraphQLSchema, guards: Guards, log: Logger): Execute {
  return async (pendingContext, document, variables) => {
    const context = await pendingContext;
    // REST has no anonymous callers: nothing is executed without a token.
    if (!context.caller) throw unauthenticated();
    const operation = operationOf(document);
    const { variableValues, fault } = readVariables(schema, operation, variables);
    if (fault) {
      // graphql-js coerces variables before any rule runs. The guard denies first, and then comes the fault.
      const refuse = (): never => {
        throw fault;
      };
      const guard = guards[rootTypeOf(operation)][rootFieldOf(operation)];
      if (!guard) throw new Error(`${rootFieldOf(operation)} has no guard`);
      await guard(refuse, undefined, {}, context);
      return refuse();
    }
    const { data, errors } = await execute({ schema, document, variableValues, contextValue: context });
    const error = errors?.[0];
    if (error) {
      logMasked(log, context.requestId, error);
      throw toPublicError(error);
    }
    return data as never;
  };
}

/** Returns the variables, or what is wrong with them, which either their reader or the schema finds. */
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

/** Names the root field of an operation. The committed ones have one each. */
function rootFieldOf({ selectionSet }: OperationDefinitionNode): string {
  const [field] = selectionSet.selections;
  return field?.kind === Kind.FIELD ? field.name.value : '';
}
