import {
  type GraphQLInputField,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { type Notation, notationOf } from './query-notation.js';
import { type Input, inputAt, type Operation } from './read-operation.js';
import { pathNames, type Route } from './route.js';

/** A query parameter, which sets a variable of the operation or a field of a variable. */
export interface QueryParameter {
  name: string;
  /** The path of its value in the variables, such as `filter.search`. */
  at: string;
  input: Input;
  notation: Notation;
  /**
   * How a request writes a list: `repeated` means one parameter per item, and `separated` also allows commas in one
   * parameter.
   */
  many?: 'repeated' | 'separated';
}

/**
 * Derives the query parameters of a route from its operation. They are the variables that are not in the path, and the
 * fields of a filter. The input of a DELETE request is in the query too, because many proxies ignore its body (RFC
 * 9110, section 9.3.5).
 * @throws Error for an input object without a notation, unless the `query` of the route names its fields
 */
export function queryParameters(
  { method, path, stream, query = {} }: Route,
  operation: Operation,
): QueryParameter[] {
  const elsewhere = new Set([...pathNames(path), ...(stream ? ['after'] : [])]);
  const inputs = [...operation.variables].flatMap(([variable, input]) => {
    if (variable === 'filter' || (variable === 'input' && method === 'DELETE')) {
      return fieldsOf(input).map((field) => ({
        name: field.name,
        at: `${variable}.${field.name}`,
        input: field,
      }));
    }
    return variable === 'input' ? [] : { name: variable, at: variable, input };
  });
  return inputs
    .filter(({ name }) => !elsewhere.has(name))
    .flatMap(({ name, at, input }) => {
      const inner = Object.entries(query).filter(([, place]) => place.startsWith(`${at}.`));
      if (inner.length === 0) return parameter(name, at, input);
      return inner.map(([own, place]) => parameter(own, place, inputAt(operation, place)));
    });
}

function fieldsOf({ type }: Input): GraphQLInputField[] {
  const named = getNamedType(type);
  return isInputObjectType(named) ? Object.values(named.getFields()) : [];
}

function parameter(name: string, at: string, input: Input): QueryParameter {
  const type = getNullableType(input.type);
  const notation = notationOf(input.type);
  if (!isListType(type)) return { name, at, input, notation };
  const many = isInputObjectType(getNamedType(type)) ? 'repeated' : 'separated';
  return { name, at, input, notation, many };
}
