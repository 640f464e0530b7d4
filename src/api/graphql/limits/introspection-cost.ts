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
import { type FindFragment, fragmentsOf, responseKey, selectedFields } from './selected-fields.js';

/** Long texts count as more: descriptions are most of an answer, and aliases may be. So many characters are a field. */
const charactersOfField = 40;

/**
 * Counts the fields of the answers to `__schema` and `__type`. It walks through the schema as the answer would; what
 * is asked for twice counts twice.
 * @param maximum where counting ends, so that it costs no more than that either
 */
export function introspectionCost(
  roots: FieldNode[],
  schema: GraphQLSchema,
  findFragment: FindFragment,
  maximum: number,
): number {
  const info = { schema } as GraphQLResolveInfo;
  let cost = 0;

  const visit = (selection: SelectionNode, fields: Fields, source: unknown): void => {
    if (cost > maximum) return;
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

/** Returns what it costs to ask once for all that a schema says of itself. */
export function costOfWholeSchema(schema: GraphQLSchema): number {
  const known = wholeSchemas.get(schema);
  if (known !== undefined) return known;
  const document = parse(wholeSchema, { noLocation: true });
  const findFragment = fragmentsOf(document);
  const roots = document.definitions.flatMap((node) =>
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

/** Takes the costliest arguments where a variable may hold any: most of the schema is reached from Query. */
function argumentsOf({ arguments: given = [] }: FieldNode, { schema }: GraphQLResolveInfo) {
  const name = given.find((argument) => argument.name.value === 'name')?.value;
  return {
    includeDeprecated: true,
    name: name?.kind === Kind.STRING ? name.value : schema.getQueryType()?.name,
  };
}
