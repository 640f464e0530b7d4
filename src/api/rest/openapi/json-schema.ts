import { type GraphQLEnumValue, type GraphQLLeafType, isEnumType } from 'graphql';

/** A schema of JSON Schema 2020-12, which OpenAPI 3.1 uses. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const scalars: Record<string, JsonSchema> = {
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
  Float: { type: 'number' },
  ID: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  JSON: {},
  JSONObject: { type: 'object' },
  String: { type: 'string' },
};

/**
 * Describes a scalar or an enum of GraphQL.
 * @param spell how the values of an enum are written
 */
export function leafSchema(
  type: GraphQLLeafType,
  spell = ({ name }: GraphQLEnumValue): string => name,
): JsonSchema {
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(spell) };
  const schema = scalars[type.name];
  if (!schema) throw new Error(`the scalar ${type.name} has no JSON Schema`);
  return schema;
}

/** Returns a schema that also allows null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== 'string') return Object.keys(schema).length > 0 ? anyOfNull(schema) : schema;
  return { type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }), ...rest };
}

const anyOfNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

/** Adds a description, which may stand beside a reference, too (JSON Schema 2020-12, section 8.2.3.1). */
export const described = (schema: JsonSchema, description?: string | null): JsonSchema =>
  description ? { ...schema, description } : schema;
