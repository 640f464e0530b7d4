import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { AppError } from '../../platform/errors.js';
import { fragmentsOf, selectedFields } from '../../platform/selected-fields.js';

/**
 * Finds a query that must not be sent with GET, because its arguments contain a credential, and URLs are often logged.
 * Its resolver marks it with the extension `postOnly`.
 */
export function findPostOnlyFault(
  schema: GraphQLSchema,
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): AppError | undefined {
  const queries = schema.getQueryType()?.getFields() ?? {};
  const found = selectedFields(selectionSet, fragmentsOf(document)).find(
    ({ name }) => queries[name.value]?.extensions.postOnly,
  );
  return (
    found &&
    new AppError('METHOD_NOT_ALLOWED', {
      message: `${found.name.value} must be sent with POST, because it contains a credential, and URLs are often logged`,
      headers: { allow: 'POST' },
    })
  );
}
