import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { type AppError, invalidField } from '../../platform/errors.js';
import { dateTimeFault } from './date-time.js';

type Variables = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/**
 * Finds the first variable that does not match its type. graphql-js would find it too, but its error message repeats
 * the value, which may be a secret. This function's message names the field instead.
 * @returns undefined if all variables match their types
 */
export function findVariableFault(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
): AppError | undefined {
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) continue;
    const value = variables[name];
    if (value !== undefined) {
      const found = firstFault(name, type, value);
      if (found) return found;
    } else if (isNonNullType(type) && !definition.defaultValue) {
      return invalidField(name, 'is required');
    }
  }
  return undefined;
}

/**
 * Finds the first error of one variable. It throws to stop graphql-js at that error, because a body of 100 kB can
 * contain tens of thousands of errors.
 */
function firstFault(name: string, type: GraphQLInputType, value: unknown): AppError | undefined {
  let found: AppError | undefined;
  try {
    coerceInputValue(value, type, (path, invalidValue, error) => {
      found = fault(name, path, typeAt(type, path), invalidValue);
      throw error;
    });
  } catch (error) {
    if (!found) throw error;
  }
  return found;
}

/** Describes an error. The path of an input field omits the name of the variable, as in the body of a REST request. */
function fault(variable: string, path: Path, type: GraphQLInputType, value: unknown): AppError {
  const nullable = getNullableType(type);
  if (isInputObjectType(nullable) && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const fields = nullable.getFields();
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) return invalidField([...path, unknown].join('.'), 'is not a known field');
    const missing = Object.values(fields).find(
      (field) => isRequiredInputField(field) && (value as Variables)[field.name] === undefined,
    );
    if (missing) return invalidField([...path, missing.name].join('.'), 'is required');
  }
  return invalidField(path.length > 0 ? path.join('.') : variable, expectation(type, value));
}

function expectation(type: GraphQLInputType, value: unknown): string {
  if (value === null) return 'must not be null';
  const named = getNamedType(type);
  if (isEnumType(named))
    return `must be one of ${named
      .getValues()
      .map((item) => item.name)
      .join(', ')}`;
  if (isInputObjectType(named)) {
    const what = isListType(getNullableType(type)) ? 'a list of objects' : 'an object';
    return `must be ${what} with the fields ${Object.keys(named.getFields()).join(', ')}`;
  }
  if (named.name === 'DateTime') return dateTimeFault(value) ?? `must be a valid ${named.name}`;
  // Most fields have a smaller range, and name it themselves. This is the range of the type Int.
  if (named.name === 'Int' && Number.isInteger(value)) return 'must be from -2147483648 to 2147483647';
  return expectations[named.name] ?? `must be a valid ${named.name}`;
}

const expectations: Record<string, string> = {
  Boolean: 'must be true or false',
  ID: 'must be a string',
  Int: 'must be a whole number',
  String: 'must be a string',
};

/**
 * Returns the type at a path. The path may omit the index of a list, because GraphQL accepts a single value as a list
 * with one item.
 */
function typeAt(type: GraphQLInputType, path: Path): GraphQLInputType {
  const nullable = getNullableType(type);
  const [key, ...rest] = path;
  if (key === undefined) return type;
  if (isListType(nullable)) return typeAt(nullable.ofType, typeof key === 'number' ? rest : path);
  const field = isInputObjectType(nullable) ? nullable.getFields()[key] : undefined;
  return field ? typeAt(field.type, rest) : type;
}
