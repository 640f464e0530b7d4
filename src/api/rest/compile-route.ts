import type { GraphQLSchema } from 'graphql';
import { type QueryParameter, queryParameters } from './query-parameters.js';
import { type Operation, readOperation } from './read-operation.js';
import { variablesReader } from './read-variables.js';
import type { ReadVariables, Route } from './route.js';
import { type AnswerShape, answerShape } from './shape-answer.js';

/** A route, with the information that its document and the schema provide. */
export interface CompiledRoute {
  row: Route;
  operation: Operation;
  parameters: readonly QueryParameter[];
  readVariables: ReadVariables;
  answer: AnswerShape;
}

/**
 * Compiles a route, its document and the schema into the parts that handle requests. The OpenAPI document is created
 * from the same parts.
 * @throws Error if the route, its document and the schema do not match
 */
export function compileRoute(row: Route, schema: GraphQLSchema): CompiledRoute {
  const operation = readOperation(row.operation, schema);
  const parameters = queryParameters(row, operation);
  const read = variablesReader(operation, parameters, row.body);
  const { variables } = row;
  return {
    row,
    operation,
    parameters,
    readVariables: variables ? (call) => variables(call, read) : read,
    answer: answerShape(row, operation),
  };
}
