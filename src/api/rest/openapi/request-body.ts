import {
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { CompiledRoute } from '../compile-route.js';
import { isRequired } from '../read-operation.js';
import { pathNames } from '../route.js';
import { exampleOf } from './examples.js';
import { described, type JsonSchema, leafSchema, orNull, type Schemas } from './json-schema.js';

/**
 * Describes the request body: the fields of the operation's input that are neither in the path nor in the query.
 * @param about the name of the type that the route is about
 * @throws Error if the example contains a field that the input does not have
 */
export function requestBody({ row, operation, parameters }: CompiledRoute, about: string, schemas: Schemas) {
  const type = getNamedType(operation.variables.get('input')?.type);
  const elsewhere = new Set([...pathNames(row.path), ...parameters.map(({ name }) => name)]);
  const fields = isInputObjectType(type)
    ? Object.values(type.getFields()).filter(({ name }) =>
        row.body ? Object.hasOwn(row.body, name) : !elsewhere.has(name),
      )
    : [];
  const isRequiredIn = (field: GraphQLInputField) =>
    isRequired(field) || row.body?.[field.name] === 'required';
  const example = row.example?.body;
  const unknown = Object.keys(example ?? {}).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) throw new Error(`${operation.name} takes no ${unknown} in its body`);
  if (!isInputObjectType(type) || fields.length === 0) return undefined;
  const name = `${row.body ? operation.name : type.name.replace(/Input$/, '')}Body`;
  // The description of the type is about all of its fields.
  const description = row.body ? undefined : type.description;
  return {
    required: fields.some(isRequiredIn),
    content: {
      'application/json': {
        schema: schemas.define([name], inputObject(description, fields, schemas, isRequiredIn)),
        example: example ?? exampleObject(about, fields),
      },
    },
  };
}

const exampleObject = (owner: string, fields: readonly GraphQLInputField[]): Record<string, unknown> =>
  Object.fromEntries(fields.map(({ name, type }) => [name, exampleInput(type, name, owner)]));

function exampleInput(type: GraphQLInputType, name: string, owner: string): unknown {
  const given = getNullableType(type);
  if (isListType(given)) return [exampleInput(given.ofType, name, owner)];
  if (isInputObjectType(given)) return exampleObject(given.name, Object.values(given.getFields()));
  return isLeafType(given) ? exampleOf(given, name, owner) : undefined;
}

/** Describes the values of an input type. They include null if the type is nullable. */
function inputSchema(nullable: GraphQLInputType, schemas: Schemas): JsonSchema {
  const type = getNullableType(nullable);
  const schema = isListType(type)
    ? { type: 'array', items: inputSchema(type.ofType, schemas) }
    : isInputObjectType(type)
      ? schemas.define([type.name], inputObject(type.description, Object.values(type.getFields()), schemas))
      : leafSchema(type);
  return isNonNullType(nullable) ? schema : orNull(schema);
}

/** Describes an input object. @param fields the fields that a request may contain */
function inputObject(
  description: string | null | undefined,
  fields: readonly GraphQLInputField[],
  schemas: Schemas,
  isRequiredIn: (field: GraphQLInputField) => boolean = isRequired,
): JsonSchema {
  const required = fields.filter(isRequiredIn).map(({ name }) => name);
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
