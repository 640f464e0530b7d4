import { isDeepStrictEqual } from 'node:util';
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
 * @param spell returns the notation of an enum value
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

/** Describes a boolean that always has the same value. Some generators of clients do not type a `const`. */
export const constant = (value: boolean): JsonSchema => ({ type: 'boolean', enum: [value] });

/** Returns a schema that also allows null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== 'string') return Object.keys(schema).length > 0 ? anyOfNull(schema) : schema;
  return { type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }), ...rest };
}

const anyOfNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

/** Adds a description. A schema with a reference may have one as well (JSON Schema 2020-12, section 8.2.3.1). */
export const described = (schema: JsonSchema, description?: string | null): JsonSchema =>
  description ? { ...schema, description } : schema;

/** The named schemas. Client generators use the names for their types. */
export class Schemas {
  private readonly byName = new Map<string, JsonSchema>();

  /**
   * Gives a schema the first of several names that is free or already belongs to an equal schema.
   * @returns a reference to the schema
   */
  define(names: readonly string[], schema: JsonSchema): JsonSchema {
    const name = names.find((one) => isDeepStrictEqual(this.byName.get(one) ?? schema, schema));
    if (!name) throw new Error(`the schema ${names.join(', ')} has been defined, and as another one`);
    this.byName.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** Every schema, in the order of the names. */
  get components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.byName].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}
