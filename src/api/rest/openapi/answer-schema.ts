import { isEnumType, isNonNullType, isObjectType } from 'graphql';
import type { Selection } from '../read-operation.js';
import { type AnswerShape, wordOf } from '../shape-answer.js';
import { exampleOf, isNullInExamples } from './examples.js';
import { described, type JsonSchema, leafSchema, orNull } from './json-schema.js';
import type { Schemas } from './schemas.js';

/** The JSON Schema of a value, and an example of the value. */
export interface Described {
  schema: JsonSchema;
  example: unknown;
}

/**
 * Describes the data of a row's answers, field by field as its operation selects them.
 * @param operation the name of the operation, which objects get that share no other name
 */
export function describeData(data: AnswerShape['data'], operation: string, schemas: Schemas): Described {
  if (data instanceof Map) {
    const { schema, example } = objectOf([...data], property);
    return { schema: schemas.define([`${operation}Data`], schema), example };
  }
  const { schema, example } = value(data);
  return { schema: isObjectType(data.type) ? schema : described(schema, data.field.description), example };

  function value(selection: Selection): Described {
    const { schema, example } = item(selection);
    return selection.isList
      ? { schema: { type: 'array', items: schema }, example: [example] }
      : { schema, example };
  }

  function item({ type, field, owner, fields, isWhole }: Selection): Described {
    if (!isObjectType(type)) {
      const example = exampleOf(type, field.name, owner?.name);
      if (!isEnumType(type)) return { schema: leafSchema(type), example };
      const named = type.getValues().find(({ name }) => name === example);
      return { schema: leafSchema(type, wordOf), example: named ? wordOf(named) : example };
    }
    const { schema, example } = objectOf(
      fields.map((one) => [one.name, one]),
      property,
    );
    const names = [
      ...(isWhole ? [type.name] : []),
      ...(owner ? [`${owner.name}${capital(field.name)}`] : []),
      `${operation}${type.name}`,
    ];
    return { schema: schemas.define(names, described(schema, type.description)), example };
  }

  function property(selection: Selection): Described {
    const { schema, example } = value(selection);
    const { field, owner } = selection;
    const isNullable = !isNonNullType(field.type);
    return {
      schema: described(isNullable ? orNull(schema) : schema, field.description),
      example: isNullable && isNullInExamples(owner?.name, field.name) ? null : example,
    };
  }
}

function objectOf(
  fields: readonly (readonly [string, Selection])[],
  describe: (selection: Selection) => Described,
): Described {
  const properties = fields.map(([name, selection]) => [name, describe(selection)] as const);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(properties.map(([name, { schema }]) => [name, schema])),
      required: properties.map(([name]) => name),
    },
    example: Object.fromEntries(properties.map(([name, { example }]) => [name, example])),
  };
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
