import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Input } from '../read-operation.js';
import { described, type JsonSchema, leafSchema, orNull, type Schemas } from './json-schema.js';

/** Describes what an input type takes, which is null too when the type is nullable. */
function inputSchema(nullable: GraphQLInputType, schemas: Schemas): JsonSchema {
  const type = getNullableType(nullable);
  const schema = isListType(type)
    ? { type: 'array', items: inputSchema(type.ofType, schemas) }
    : isInputObjectType(type)
      ? schemas.define([type.name], inputObject(type, Object.values(type.getFields()), schemas))
      : leafSchema(type);
  return isNonNullType(nullable) ? schema : orNull(schema);
}

/** @param fields the fields of the type that may be given; any other is an error */
export function inputObject(
  { description }: GraphQLInputObjectType,
  fields: readonly GraphQLInputField[],
  schemas: Schemas,
): JsonSchema {
  const required = fields.filter(isRequired).map(({ name }) => name);
  return described(
    {
      type: 'object',
      properties: Object.fromEntries(
        fields.map((field) => [field.name, described(inputSchema(field.type, schemas), field.description)]),
      ),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    description,
  );
}

/** Tells whether a request has to give an input. */
export const isRequired = ({ type, defaultValue }: Input): boolean =>
  isNonNullType(type) && defaultValue === undefined;
