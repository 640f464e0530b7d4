import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { described, type JsonSchema, leafSchema, orNull } from './json-schema.js';
import { isRequired } from './operation-facts.js';
import type { Schemas } from './schemas.js';

/** The schema of what an input type takes; of a nullable one, null too. */
export function inputSchema(type: GraphQLInputType, schemas: Schemas): JsonSchema {
  if (isNonNullType(type)) return present(type.ofType, schemas);
  return orNull(present(type, schemas));
}

/** The same without null. */
export function present(type: GraphQLInputType, schemas: Schemas): JsonSchema {
  if (isNonNullType(type)) return present(type.ofType, schemas);
  if (isListType(type)) return { type: 'array', items: inputSchema(type.ofType, schemas) };
  if (isInputObjectType(type)) return schemas.define([type.name], inputObject(type, fieldsOf(type), schemas));
  return leafSchema(type);
}

const fieldsOf = (type: GraphQLInputObjectType) => Object.values(type.getFields());

/** @param fields those of its fields that can be given; any other is an error */
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
