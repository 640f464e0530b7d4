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

/** A query parameter: a variable of the operation, or a field of one. */
export interface QueryParameter {
  name: string;
  /** Where in the variables its value goes, such as `filter.search`. */
  at: string;
  input: Input;
  notation: Notation;
  /** Tells whether a list is given by several parameters of the name, or also by commas in one. */
  many?: 'repeated' | 'separated';
}

/**
 * Derives the query parameters of a row from its operation: the variables that are not in the path, and each field of
 * a filter. The input of a DELETE is given so, too, because its body means nothing to many proxies (RFC 9110, section
 * 9.3.5).
 * @throws Error for an input object that has no notation, unless the row's `query` names its fields
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
