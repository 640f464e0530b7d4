import {
  type GraphQLEnumType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from 'graphql';
import { invalidField } from '../../platform/errors.js';
import { wordOf } from './shape-answer.js';

/** The notation of a value in a query parameter. */
export interface Notation {
  /** @throws AppError BAD_USER_INPUT that names the parameter */
  read: (text: string, name: string) => unknown;
  /** The JSON Schema of the text, if it differs from the schema of the GraphQL type. */
  schema?: object;
  /** Explains the notation in the OpenAPI document, if the schema is not sufficient. */
  description?: string;
}

/**
 * Returns the notation of a type in the query. For a list type, returns the notation of an item.
 * @throws Error for an input object that is neither an order nor a label
 */
export function notationOf(inputType: GraphQLInputType): Notation {
  const type = getNamedType(inputType);
  if (isEnumType(type)) return oneOf(type);
  if (!isInputObjectType(type)) return { read: scalars[type.name] ?? ((text) => text) };
  const { field, direction, key } = type.getFields();
  const sorted = getNamedType(field?.type);
  if (direction && isEnumType(sorted)) return order(sorted);
  if (key) return label;
  throw new Error(`${type.name} cannot be written as a query parameter`);
}

/**
 * Converts a text to a scalar. If the text does not match the type, the operation receives it unchanged and reports the
 * error.
 */
const scalars: Record<string, (text: string) => unknown> = {
  Int: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
  Boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  // A plus sign before the offset becomes a space if the client did not encode it.
  DateTime: (text) => text.replace(/ (?=\d\d:\d\d$)/, '+'),
};

/** Returns the notation of an enum: a value as the REST API writes it, such as `active`. */
function oneOf(type: GraphQLEnumType): Notation {
  const values = new Map(type.getValues().map((value) => [wordOf(value), value.name]));
  const words = [...values.keys()];
  return {
    read: (text, name) => {
      const value = values.get(text);
      if (value === undefined) throw invalidField(name, `must be one of ${words.join(', ')}`);
      return value;
    },
    schema: { type: 'string', enum: words },
  };
}

/** Returns the notation of an order: `name`, or `-name` for descending order. */
function order(type: GraphQLEnumType): Notation {
  const field = oneOf(type);
  const words = type.getValues().map(wordOf);
  return {
    read: (text, name) => ({
      field: field.read(text.replace(/^-/, ''), name),
      direction: text.startsWith('-') ? 'DESC' : 'ASC',
    }),
    schema: { type: 'string', enum: [...words, ...words.map((word) => `-${word}`)] },
    description:
      'Use the name of a field for ascending order. Start with `-` for descending order, such as `-name`.',
  };
}

/** The notation of a label: `team:billing`, or `team` for any value. A key cannot contain a colon. */
const label: Notation = {
  read: (text) => {
    const [key = '', ...value] = text.split(':');
    return value.length > 0 ? { key, value: value.join(':') } : { key };
  },
  schema: { type: 'string' },
  description:
    'Write a label as `key:value`, or as `key` to match any value. Repeat the parameter for several labels.',
};
