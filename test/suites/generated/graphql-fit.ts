import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { assertThat } from './assert.js';

type Fields = Map<string, readonly FieldNode[]>;
type FragmentMap = Parameters<typeof collectFields>[1];

/** The operation that an answer must fit. */
interface Expectation {
  schema: GraphQLSchema;
  fragments: FragmentMap;
  variables: Record<string, unknown>;
}

const limit32 = 2 ** 31;
const scalars: Record<string, (value: unknown) => boolean> = {
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) <= limit32,
  Float: (value) => typeof value === 'number',
  Boolean: (value) => typeof value === 'boolean',
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string',
  DateTime: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)),
};

/**
 * Asserts that `data` fits the schema and the selection: it has the selected fields and no others, in the order of the
 * selection, each with a value of its type, which is null only where the type allows null.
 * @param errorPaths the response keys of root fields that have an error; a root field is null only with one
 */
export function assertFits(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: { operationName?: string; variables: Record<string, unknown> },
  data: unknown,
  errorPaths: Set<unknown>,
): void {
  const operation = getOperationAST(document, operationName);
  assertThat(operation, 'data without an operation');
  const type = schema.getRootType(operation.operation);
  assertThat(type, `data of a ${operation.operation}`);
  const expectation: Expectation = {
    schema,
    fragments: fragmentsOf(document),
    variables: coerced(schema, operation, variables),
  };
  const fields = collectFields(
    schema,
    expectation.fragments,
    expectation.variables,
    type,
    operation.selectionSet,
  );
  assertObject(expectation, type, fields, data, 'data');
  for (const [key, [node]] of fields) {
    const isNull = (data as Record<string, unknown>)[key] === null;
    const mayBeNull = node?.name.value === TypeMetaFieldDef.name || errorPaths.has(key);
    assertThat(!isNull || mayBeNull, `data.${key} is null without an error`);
  }
}

function fragmentsOf({ definitions }: DocumentNode): FragmentMap {
  const fragments: FragmentMap = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === 'FragmentDefinition') fragments[definition.name.value] = definition;
  }
  return fragments;
}

function coerced(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Record<string, unknown>) {
  const result = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  assertThat(result.coerced, `data for variables that do not fit: ${result.errors}`);
  return result.coerced;
}

function assertObject(
  expected: Expectation,
  type: GraphQLObjectType,
  fields: Fields,
  value: unknown,
  path: string,
) {
  assertThat(typeof value === 'object' && value !== null && !Array.isArray(value), `${path} is no object`);
  const keys = Object.keys(value);
  assertThat(
    keys.join() === [...fields.keys()].join(),
    `${path} has ${keys}, selected were ${[...fields.keys()]}`,
  );
  for (const [key, nodes] of fields) {
    const field = definitionOf(type, nodes[0]?.name.value ?? '');
    assertThat(field, `${path}.${key} is no field of ${type}`);
    assertValue(expected, field.type, nodes, (value as Record<string, unknown>)[key], `${path}.${key}`);
  }
}

const metaFields = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef];

const definitionOf = (type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined =>
  metaFields.find((field) => field.name === name) ?? type.getFields()[name];

function assertValue(
  expected: Expectation,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  value: unknown,
  path: string,
): void {
  if (value === null) {
    assertThat(!isNonNullType(type), `${path} is null`);
    return;
  }
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    assertThat(Array.isArray(value), `${path} is no list`);
    for (const [index, item] of value.entries())
      assertValue(expected, nullable.ofType, nodes, item, `${path}.${index}`);
  } else if (isObjectType(nullable)) {
    assertObject(expected, nullable, subfields(expected, nullable, nodes), value, path);
  } else if (isAbstractType(nullable)) {
    const possible = expected.schema.getPossibleTypes(nullable);
    assertThat(
      possible.some((one) => fits(expected, one, nodes, value)),
      `${path} is none of ${possible}`,
    );
  } else if (isEnumType(nullable)) {
    assertThat(nullable.getValue(String(value)), `${path} is ${value}, which is not in ${nullable}`);
  } else {
    assertThat(
      scalars[nullable.name]?.(value) ?? value !== undefined,
      `${path} is ${value}, which is no ${nullable}`,
    );
  }
}

const subfields = (
  { schema, fragments, variables }: Expectation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
) => collectSubfields(schema, fragments, variables, type, nodes);

function fits(
  expected: Expectation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  value: unknown,
): boolean {
  try {
    assertObject(expected, type, subfields(expected, type, nodes), value, '');
    return true;
  } catch {
    return false;
  }
}
