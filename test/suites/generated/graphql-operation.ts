import fc from 'fast-check';
import {
  astFromValue,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isRequiredArgument,
  isUnionType,
  print,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import { chance, type Draw, oneOf } from './choose.js';
import { createDrawArguments, type DrawArguments } from './graphql-values.js';
import type { World } from './world.js';

/** A document, with its variables and the name of its operation. */
export interface Operation {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
  isMutation: boolean;
}

/** The state of a document while it is written. */
interface Draft {
  draw: Draw;
  drawArguments: DrawArguments;
  schema: GraphQLSchema;
  definitions: string[];
  variables: Record<string, unknown>;
  fragments: string[];
  /** The number of fields that may still be selected, because the gateway bounds the cost of a document. */
  left: number;
  names: number;
}

type Field = GraphQLField<unknown, unknown>;

/** Generates operations that are valid by the schema, whatever types it has. */
export function operation(schema: GraphQLSchema, world: World): fc.Arbitrary<Operation> {
  const drawArguments = createDrawArguments(world);
  return fc.gen().map((draw) =>
    write({
      draw,
      drawArguments,
      schema,
      definitions: [],
      variables: {},
      fragments: [],
      left: 40,
      names: 0,
    }),
  );
}

function write(draft: Draft): Operation {
  const { draw, schema, variables } = draft;
  const isMutation = chance(draw, 45);
  const kind = isMutation ? 'mutation' : 'query';
  const type = isMutation ? schema.getMutationType() : schema.getQueryType();
  if (!type) throw new Error(`the schema has no ${kind}`);
  const meta = isMutation ? [] : [SchemaMetaFieldDef, TypeMetaFieldDef];
  const roots = Object.values(type.getFields());
  // Introspection is rarer and less deep, because graphql-js refuses cycles in it.
  const selections = Array.from({ length: oneOf(draw, [1, 1, 1, 2, 3]) }, () =>
    meta.length > 0 && chance(draw, 8)
      ? field(draft, oneOf(draw, meta), 3, true)
      : field(draft, oneOf(draw, roots), 4, true),
  );
  if (chance(draw, 10)) selections.push('__typename');
  const isNamed = chance(draw, 50);
  const hasOther = isNamed && chance(draw, 15);
  const definitions = draft.definitions.length > 0 ? `(${draft.definitions.join(', ')})` : '';
  const own = `${kind}${isNamed ? ' Own' : ''}${definitions} { ${selections.join(' ')} }`;
  const documents = [own, ...draft.fragments, ...(hasOther ? ['query Other { __typename }'] : [])];
  return {
    query: (chance(draw, 50) ? documents : documents.reverse()).join(oneOf(draw, ['\n', ' ', ' , # x\n'])),
    variables,
    operationName: hasOther || (isNamed && chance(draw, 50)) ? 'Own' : undefined,
    isMutation,
  };
}

/** Writes a field. An alias lets the same field stand twice with different arguments. */
function field(draft: Draft, definition: Field, depth: number, aliased = false): string {
  const { draw } = draft;
  const { name, args, type } = definition;
  draft.left -= 1;
  const texts = draft.drawArguments(draw, name, args).map(({ argument, value }) => {
    return `${argument.name}: ${chance(draw, 60) ? variable(draft, `${argument.type}`, value) : literal(draft, value, argument)}`;
  });
  const alias = aliased || texts.length > 0 || chance(draw, 10) ? `a${draft.names++}: ` : '';
  const named = getNamedType(type);
  const inner = isCompositeType(named) ? ` ${selectionSet(draft, named, depth - 1)}` : '';
  return `${alias}${name}${texts.length > 0 ? `(${texts.join(', ')})` : ''}${directive(draft)}${inner}`;
}

/** Writes a literal. A lone surrogate becomes a variable, because a document is Unicode text. */
function literal(draft: Draft, value: unknown, { type }: Field['args'][number]): string {
  const node = astFromValue(value, type);
  const text = node ? print(node) : 'null';
  return /\p{Cs}/u.test(text) ? variable(draft, `${type}`, value) : text;
}

function variable(draft: Draft, type: string, value: unknown): string {
  const name = `v${draft.names++}`;
  draft.definitions.push(`$${name}: ${type}`);
  draft.variables[name] = value;
  return `$${name}`;
}

function directive(draft: Draft): string {
  const { draw } = draft;
  if (!chance(draw, 6)) return '';
  const name = oneOf(draw, ['include', 'skip']);
  const value = name === 'include' ? chance(draw, 80) : chance(draw, 20);
  return ` @${name}(if: ${chance(draw, 50) ? variable(draft, 'Boolean!', value) : value})`;
}

/** Writes a selection set. @param depth how many levels may follow */
function selectionSet(draft: Draft, type: GraphQLNamedOutputType, depth: number): string {
  const { draw, schema } = draft;
  const fields =
    'getFields' in type && !isUnionType(type) ? Object.values(type.getFields() as Record<string, Field>) : [];
  const open = fields.filter(
    (candidate) =>
      draft.left > 0 &&
      !candidate.args.some(isRequiredArgument) &&
      (depth > 0 || !isCompositeType(getNamedType(candidate.type))) &&
      chance(draw, 45),
  );
  const selections = open.map((candidate) => field(draft, candidate, depth));
  // The check of the answer needs to know which type stands for an abstract type.
  if (isAbstractType(type) || selections.length === 0 || chance(draw, 10)) selections.push('__typename');
  if (isAbstractType(type)) {
    for (const possible of schema.getPossibleTypes(type)) {
      if (depth > 0 && chance(draw, 60))
        selections.push(`... on ${possible} ${selectionSet(draft, possible, depth - 1)}`);
    }
  }
  const wraps = isAbstractType(type) ? 0 : 15;
  if (!chance(draw, wraps)) return `{ ${selections.join(' ')} }`;
  if (chance(draw, 50)) return `{ ...${fragment(draft, type.name, selections)} }`;
  return `{ ...${oneOf(draw, ['', ` on ${type.name}`])} { ${selections.join(' ')} } }`;
}

function fragment(draft: Draft, type: string, selections: string[]): string {
  const name = `F${draft.names++}`;
  draft.fragments.push(`fragment ${name} on ${type} { ${selections.join(' ')} }`);
  return name;
}
