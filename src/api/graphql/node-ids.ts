import {
  defaultFieldResolver,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  Kind,
} from 'graphql';
import { idPrefixes, type NodeTypeName, publicId, uuidOf } from '../../platform/ids.js';

type Field = GraphQLField<unknown, unknown, Record<string, unknown>>;

/**
 * Translates IDs between clients and resolvers. Clients see IDs with a prefix (platform/ids.ts), and resolvers receive
 * and return UUIDs. An ID of the wrong type is rejected before the resolver of the root field runs.
 */
export function translateNodeIds(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const nodeType = nodeTypeOf(type, field);
      if (nodeType) encodeIds(field, nodeType);
      if (roots.includes(type)) decodeIds(field);
    }
  }
}

/** Returns the type of the object that the ID in a field identifies. */
const nodeTypeOf = (type: GraphQLObjectType, field: Field): NodeTypeName | undefined =>
  field.name === 'id' && Object.hasOwn(idPrefixes, type.name) ? (type.name as NodeTypeName) : markOf(field);

/** Reads that type from the `nodeId` directive of a field (platform/node.type.ts). */
function markOf({ astNode }: Field | GraphQLInputField): NodeTypeName | undefined {
  const mark = astNode?.directives?.find(({ name }) => name.value === 'nodeId');
  const value = mark?.arguments?.[0]?.value;
  return value?.kind === Kind.STRING ? (value.value as NodeTypeName) : undefined;
}

function encodeIds(field: Field, type: NodeTypeName): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    const uuid = resolve(source, args, context, info);
    return typeof uuid === 'string' ? publicId(type, uuid) : uuid;
  };
}

/** Replaces the IDs in one argument of a root field. */
type Translate = (args: Record<string, unknown>) => Record<string, unknown>;

function decodeIds(field: Field): void {
  const { resolve } = field;
  const translations = field.args.flatMap((argument) => translationsFor(argument, field));
  if (!resolve || translations.length === 0) return;
  field.resolve = (source, args, context, info) => {
    const translated = translations.reduce((rest, translate) => translate(rest), args);
    return resolve(source, translated, context, info);
  };
}

function translationsFor({ name, type }: GraphQLArgument, field: Field): Translate[] {
  const own = (field.extensions.nodeIdArgs as Record<string, NodeTypeName> | undefined)?.[name];
  if (own) return [(args) => replaced(args, name, own)];
  return inputFields(type).flatMap((input) => {
    const nodeType = markOf(input);
    if (!nodeType) return [];
    return (args) => {
      const object = args[name] as Record<string, unknown> | null | undefined;
      return object ? { ...args, [name]: replaced(object, input.name, nodeType) } : args;
    };
  });
}

function inputFields(type: GraphQLInputType) {
  const named = getNamedType(type);
  return isInputObjectType(named) ? Object.values(named.getFields()) : [];
}

/**
 * Replaces the ID or the list of IDs in a field.
 * @throws AppError BAD_USER_INPUT that names the field, or the item of a list
 */
function replaced(
  object: Record<string, unknown>,
  name: string,
  type: NodeTypeName,
): Record<string, unknown> {
  const value = object[name];
  if (Array.isArray(value)) {
    return { ...object, [name]: value.map((id, index) => uuidOf(type, id, `${name}.${index}`)) };
  }
  return typeof value === 'string' ? { ...object, [name]: uuidOf(type, value, name) } : object;
}
