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
import {
  type FindFragment,
  fragmentsOf,
  responseKey,
  selectedFields,
} from '../../../platform/selected-fields.js';

/** The number of characters that count as one field. Descriptions are most of a response, and long aliases can be. */
const charactersOfField = 40;

/**
 * Counts the fields of the responses to `__schema` and `__type`. It walks through the schema as the execution would. A
 * part of the schema that is requested twice counts twice.
 * @param maximum the count at which counting stops, so that counting is never expensive itself
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

/** Returns the cost of one introspection of the whole schema. */
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

/**
 * Returns the arguments of a field. Where a variable may have any value, it returns the most expensive one: most of the
 * schema is reachable from Query.
 */
function argumentsOf({ arguments: given = [] }: FieldNode, { schema }: GraphQLResolveInfo) {
  const name = given.find((argument) => argument.name.value === 'name')?.value;
  return {
    includeDeprecated: true,
    name: name?.kind === Kind.STRING ? name.value : schema.getQueryType()?.name,
  };
}
