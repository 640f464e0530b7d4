import {
  type FieldNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  SchemaMetaFieldDef,
  type SelectionNode,
  TypeMetaFieldDef,
} from 'graphql';
import { type FindFragment, responseKey, selectedFields } from './selected-fields.js';

/** Descriptions are most of an answer, and aliases may be: each so many characters count as one more field. */
const charactersOfField = 40;

/**
 * The fields of the answers to `__schema` and `__type`, which graphql-armor does not count: their lists have no
 * `first`. It walks through the schema as the answer would, and stops once there are more than `enough`, so that
 * counting costs no more than that either. What is asked for twice counts twice.
 */
export function introspectionCost(
  roots: FieldNode[],
  schema: GraphQLSchema,
  findFragment: FindFragment,
  enough: number,
): number {
  const info = { schema } as GraphQLResolveInfo;
  let cost = 0;

  const visit = (selection: SelectionNode, fields: Fields, source: unknown): void => {
    if (cost > enough) return;
    cost++;
    if (selection.kind === Kind.FIELD) {
      cost += Math.floor(responseKey(selection).length / charactersOfField);
      answer(selection, fields[selection.name.value], source);
    } else {
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? findFragment(selection.name.value) : selection;
      for (const inside of fragment?.selectionSet.selections ?? []) visit(inside, fields, source);
    }
  };

  const answer = (node: FieldNode, field: Fields[string] | undefined, source: unknown): void => {
    const value = field?.resolve?.(source, argumentsOf(node, info), undefined, info);
    if (!field || value === null || value === undefined) return;
    const type = getNamedType(field.type);
    for (const item of Array.isArray(value) ? value : [value])
      if (isObjectType(type))
        for (const inside of node.selectionSet?.selections ?? []) visit(inside, type.getFields(), item);
      else cost += Math.floor(String(item).length / charactersOfField);
  };

  for (const root of roots) visit(root, entrances, undefined);
  return cost;
}

const wholeSchemas = new WeakMap<GraphQLSchema, number>();

/** What all that can be asked of a schema costs. */
export function costOfWholeSchema(schema: GraphQLSchema): number {
  const known = wholeSchemas.get(schema);
  if (known !== undefined) return known;
  const { definitions } = parse(wholeSchema, { noLocation: true });
  const fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const findFragment: FindFragment = (name) => fragments.get(name);
  const roots = definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? selectedFields(node.selectionSet, findFragment) : [],
  );
  const cost = introspectionCost(roots, schema, findFragment, Number.POSITIVE_INFINITY);
  wholeSchemas.set(schema, cost);
  return cost;
}

const wholeSchema = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});

type Fields = Record<string, GraphQLField<unknown, unknown>>;

const entrances: Fields = { __schema: SchemaMetaFieldDef, __type: TypeMetaFieldDef };

/** The dearest that they can be: a variable may name any type, and most is reached from Query. */
function argumentsOf({ arguments: given = [] }: FieldNode, { schema }: GraphQLResolveInfo) {
  const name = given.find((argument) => argument.name.value === 'name')?.value;
  return {
    includeDeprecated: true,
    name: name?.kind === Kind.STRING ? name.value : schema.getQueryType()?.name,
  };
}
