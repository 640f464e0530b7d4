import {
  type GraphQLEnumType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from 'graphql';
import { invalidField } from '../../platform/errors.js';
import { wordOf } from './shape-answer.js';

/** How a value is written as the text of a query parameter. */
export interface Notation {
  /** @throws AppError BAD_USER_INPUT that names the parameter */
  read: (text: string, name: string) => unknown;
  /** The JSON Schema of the text, where it is not that of the GraphQL type. */
  schema?: object;
}

/**
 * Returns how a type is written in a query; of a list, how each item is.
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

/** A text that does not fit its type goes to the operation as it came, and the operation names the fault. */
const scalars: Record<string, (text: string) => unknown> = {
  Int: (text) => (/^-?\d{1,9}$/.test(text) ? Number(text) : text),
  Boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  // A plus in front of the zone has become a space if it was not encoded.
  DateTime: (text) => text.replace(/ (?=\d\d:\d\d$)/, '+'),
};

/** Returns the notation of an enum: one of its words. */
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

/** Returns the notation of an order: `name`, or `-name` for the other way round. */
function order(type: GraphQLEnumType): Notation {
  const field = oneOf(type);
  const words = type.getValues().map(wordOf);
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
