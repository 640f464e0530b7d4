import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { execute, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import { unauthenticated } from '../../platform/auth/authenticate.js';
import type { Context } from '../../platform/context.js';
import type { AppError } from '../../platform/errors.js';
import { type Access, access, checkAccess } from './access.js';
import { findVariableFault } from './check-variables.js';
import type { Guarded, RootField } from './guard.js';
import { logMasked, toPublicError } from './masking.js';

/**
 * Runs one of the committed operations against the guarded schema, for a door that is not GraphQL. They are
 * valid by construction: codegen refuses one that does not fit the schema.
 * @param variables reads them, once somebody is there who is told what is wrong with them
 * @throws AppError, and nothing else
 */
export type Execute = <Data, Variables extends Record<string, unknown>>(
  context: Promise<Context>,
  document: TypedDocumentNode<Data, Variables>,
  variables: () => NoInfer<Variables>,
) => Promise<Data>;

export function createExecute(schema: GraphQLSchema, guarded: Guarded, log: Logger): Execute {
  return async (pendingContext, document, variables) => {
    const context = await pendingContext;
    // Such doors have no anonymous callers: nothing is executed without a token.
    if (!context.caller) throw unauthenticated();
    const operation = operationOf(document);
    const { variableValues, fault } = read(variables, (values) =>
      findVariableFault(schema, operation, values),
    );
    if (fault) {
      // graphql-js coerces before it resolves, and so before the rules. Who may not is told that first.
      for (const root of rootFields(operation))
        await guarded(root, context, () => {
          checkAccess(root, context);
          throw fault;
        });
      throw fault;
    }
    const { data, errors } = await execute({
      schema,
      document,
      variableValues,
      contextValue: context,
    });
    const error = errors?.[0];
    if (error) {
      logMasked(log, context.requestId, error);
      throw toPublicError(error);
    }
    return data as never;
  };
}

/** What is wrong with them is told to who may run the operation, whoever finds it. */
function read<Variables>(variables: () => Variables, findFault: (values: Variables) => AppError | undefined) {
  try {
    const variableValues = variables();
    return { variableValues, fault: findFault(variableValues) };
  } catch (fault) {
    return { variableValues: undefined, fault };
  }
}

function operationOf(document: TypedDocumentNode<unknown, never>): OperationDefinitionNode {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('the document holds no operation');
  return operation;
}

function rootFields({ operation, selectionSet }: OperationDefinitionNode): RootField[] {
  const fields: Record<string, Access> = operation === 'mutation' ? access.Mutation : access.Query;
  return selectionSet.selections.flatMap((selection) => {
    const field = selection.kind === Kind.FIELD ? selection.name.value : '';
    const fieldAccess = fields[field];
    return fieldAccess ? { ...fieldAccess, field } : [];
  });
}
