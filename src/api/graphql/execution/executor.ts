import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { type Plan, planQuery } from './plan.js';
import { addError, isPromise, type Run, runSelection } from './run-plan.js';

type Args = Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues' | 'contextValue'>;
type Result = ExecutionResult | Promise<ExecutionResult>;

/** Executes an operation of a valid document, in the way of graphql-js. */
export type Executor = (args: Args) => Result;

/**
 * Creates a function that gives the same answers as graphql-js, in less time if it keeps a plan of the query.
 * graphql-js executes mutations. Their answers are small, and they run one after the other.
 */
export function createExecutor(schema: GraphQLSchema): Executor {
  /** The plans, which are forgotten together with their documents. graphql-js executes a query without a plan. */
  const plans = new WeakMap<OperationDefinitionNode, Plan | undefined>();
  /** The queries that ran before. A query that runs only once does not get a plan. */
  const known = new WeakSet<OperationDefinitionNode>();

  const planOf = (document: DocumentNode, operationName: string | null | undefined): Plan | undefined => {
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== OperationTypeNode.QUERY) return undefined;
    if (!plans.has(operation) && known.has(operation))
      plans.set(operation, planQuery(schema, document, operation));
    known.add(operation);
    return plans.get(operation);
  };

  return (args) => {
    const plan = planOf(args.document, args.operationName);
    return plan ? runPlan(schema, plan, args) : execute({ schema, ...args });
  };
}

function runPlan(
  schema: GraphQLSchema,
  { operation, fragments, selection }: Plan,
  { variableValues, contextValue }: Args,
): Result {
  const definitions = operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 50 });
  if (!coerced) return { errors };
  const run: Run = {
    schema,
    fragments,
    operation,
    variableValues: coerced,
    context: contextValue,
    errors: [],
    nulled: new Set(),
  };
  const answer = (data: unknown) =>
    (run.errors.length > 0 ? { errors: run.errors, data } : { data }) as ExecutionResult;
  const fail = (error: unknown) => {
    addError(error as GraphQLError, undefined, run);
    return answer(null);
  };
  try {
    const data = runSelection(selection, undefined, undefined, run);
    return isPromise(data) ? data.then(answer, fail) : answer(data);
  } catch (error) {
    return fail(error);
  }
}
