import {
  type GraphQLEnumType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { invalidField } from '../../platform/errors.js';
import { type Input, inputAt, type Operation } from './read-operation.js';
import { pathNames, type Route } from './route.js';
import { wordOf } from './shape-answer.js';

/** A query parameter, derived from a variable of the operation or from a field of one. */
export interface QueryParameter {
  name: string;
  /** Where in the variables its value goes, such as `filter.search`. */
  at: string;
  input: Input;
  notation: Notation;
  /** A list is written as several parameters; one of words may also be written with commas. */
  many?: 'repeated' | 'separated';
}

/** How a value is written in the text of a query parameter. */
interface Notation {
  /** @throws AppError BAD_USER_INPUT that names the parameter */
  read: (text: string, name: string) => unknown;
  /** The JSON Schema of the text, where it is not that of the GraphQL type. */
  schema?: object;
}

/**
 * Derives the query parameters of a row: its operation's variables that are not in the path, and each field of a
 * filter. The fields of a DELETE's input are among them, because its body means nothing to many proxies (RFC 9110,
 * section 9.3.5).
 * @throws Error for an input object that has no notation, and whose fields the row's `query` does not name
 */
export function queryParameters(row: Route, operation: Operation): QueryParameter[] {
  const elsewhere = [...pathNames(row.path), ...(row.stream ? ['after'] : [])];
  return [...operation.variables].flatMap(([variable, input]) => {
    if (elsewhere.includes(variable)) return [];
    if (variable === 'input' && row.method !== 'DELETE') return [];
    if (variable !== 'input' && variable !== 'filter') return parameter(variable, variable, input);
    const type = getNamedType(input.type);
    return Object.values(isInputObjectType(type) ? type.getFields() : {})
      .filter(({ name }) => !elsewhere.includes(name))
      .flatMap((field) => {
        const at = `${variable}.${field.name}`;
        const named = Object.entries(row.query ?? {}).filter(([, path]) => path.startsWith(`${at}.`));
        if (named.length === 0) return parameter(field.name, at, field);
        return named.map(([name, path]) => parameter(name, path, inputAt(operation, path)));
      });
  });
}

function parameter(name: string, at: string, input: Input): QueryParameter {
  const type = getNullableType(input.type);
  const notation = notationOf(input.type);
  if (!isListType(type)) return { name, at, input, notation };
  const many = isInputObjectType(getNamedType(type)) ? 'repeated' : 'separated';
  return { name, at, input, notation, many };
}

function notationOf(inputType: GraphQLInputType): Notation {
  const type = getNamedType(inputType);
  if (isEnumType(type)) return oneOf(type);
  if (!isInputObjectType(type)) return { read: scalars[type.name] ?? ((text) => text) };
  const { field, direction, key } = type.getFields();
  const sorted = getNamedType(field?.type);
  if (direction && isEnumType(sorted)) return order(sorted);
  if (key) return label;
  throw new Error(`${type.name} has no notation in a query`);
}

/** A text that does not fit goes to the operation as it came, and the operation names it. */
const scalars: Record<string, (text: string) => unknown> = {
  Int: (text) => (/^-?\d{1,9}$/.test(text) ? Number(text) : text),
  Boolean: (text) => ({ true: true, false: false })[text] ?? text,
  // A plus that was not encoded has become a space.
  DateTime: (text) => text.replace(/ (?=\d\d:\d\d$)/, '+'),
};

function oneOf(type: GraphQLEnumType): Notation & { schema: { enum: string[] } } {
  const names = new Map(type.getValues().map((value) => [wordOf(value), value.name]));
  const words = [...names.keys()];
  return {
    read: (text, parameterName) => {
      const name = names.get(text);
      if (name === undefined) throw invalidField(parameterName, `must be one of ${words.join(', ')}`);
      return name;
    },
    schema: { type: 'string', enum: words } as { enum: string[] },
  };
}

/** An order is written as `name`, or as `-name` for the other way round. */
function order(type: GraphQLEnumType): Notation {
  const field = oneOf(type);
  const words = field.schema.enum;
  return {
    read: (text, name) => ({
      field: field.read(text.replace(/^-/, ''), name),
      direction: text.startsWith('-') ? 'DESC' : 'ASC',
    }),
    schema: { type: 'string', enum: [...words, ...words.map((word) => `-${word}`)] },
  };
}

/** A label is written as `team:billing`, or as `team` for any value. A key has no colon. */
const label: Notation = {
  read: (text) => {
    const [key = '', ...value] = text.split(':');
    return value.length > 0 ? { key, value: value.join(':') } : { key };
  },
  schema: { type: 'string' },
};
