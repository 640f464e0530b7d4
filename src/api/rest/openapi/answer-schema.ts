import { isEnumType, isLeafType, isNonNullType } from 'graphql';
import type { Selection } from '../read-operation.js';
import { type AnswerShape, wordOf } from '../shape-answer.js';
import { exampleOf, isNullInExamples } from './examples.js';
import { described, type JsonSchema, leafSchema, orNull, type Schemas } from './json-schema.js';

/** The JSON Schema of a value, and an example of the value. */
export interface Described {
  schema: JsonSchema;
  example: unknown;
}

/**
 * Describes the data of a route's responses, field by field as its operation selects them.
 * @param operation the name of the operation, which becomes part of the names of schemas
 */
export function describeData(data: AnswerShape['data'], operation: string, schemas: Schemas): Described {
  if (data instanceof Map) {
    const { schema, example } = object([...data]);
    return { schema: schemas.define([`${operation}Data`], schema), example };
  }
  const { schema, example } = value(data);
  return { schema: isLeafType(data.type) ? described(schema, data.field.description) : schema, example };

  function object(fields: readonly [string, Selection][]): Described {
    const properties = fields.map(([name, selection]) => [name, property(selection)] as const);
    return {
      schema: {
        type: 'object',
        properties: Object.fromEntries(properties.map(([name, { schema }]) => [name, schema])),
        required: properties.map(([name]) => name),
      },
      example: Object.fromEntries(properties.map(([name, { example }]) => [name, example])),
    };
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

  function value(selection: Selection): Described {
    const { schema, example } = item(selection);
    return selection.isList
      ? { schema: { type: 'array', items: schema }, example: [example] }
      : { schema, example };
  }

  function item({ type, field, owner, fields, isWhole }: Selection): Described {
    if (isLeafType(type)) {
      const example = exampleOf(type, field.name, owner?.name);
      const member = isEnumType(type) ? type.getValue(String(example)) : undefined;
      return { schema: leafSchema(type, wordOf), example: member ? wordOf(member) : example };
    }
    const { schema, example } = object(fields.map((one) => [one.field.name, one]));
    const names = [
      ...(isWhole ? [type.name] : []),
      ...(owner ? [owner.name + capital(field.name)] : []),
      operation + type.name,
    ];
    return { schema: schemas.define(names, described(schema, type.description)), example };
  }
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
