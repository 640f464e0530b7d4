import { type GraphQLLeafType, isEnumType } from 'graphql';

/** JSON Schema 2020-12, which is that of OpenAPI 3.1. */
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
 * What a scalar or an enum of GraphQL is in JSON.
 * @param spell how the values of an enum are written
 */
export function leafSchema(type: GraphQLLeafType, spell = (value: string) => value): JsonSchema {
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => spell(name)) };
  const schema = scalars[type.name];
  if (!schema) throw new Error(`the scalar ${type.name} has no JSON Schema`);
  return schema;
}

/** The schema of what may also be null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== 'string') return Object.keys(schema).length > 0 ? anyOfNull(schema) : schema;
  return { type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }), ...rest };
}

const anyOfNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

/** Beside a reference there may be a description (JSON Schema 2020-12, section 8.2.3.1). */
export const described = (schema: JsonSchema, description?: string | null): JsonSchema =>
  description ? { ...schema, description } : schema;
