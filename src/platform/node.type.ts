import { Directive, Extensions, Field, ID, InterfaceType } from 'type-graphql';
import type { NodeTypeName } from './ids.js';

@InterfaceType('Node', {
  description: 'An object with an id that is unique across all types.',
  resolveType: ({ __typename }) => __typename,
})
export abstract class NodeType {
  @Field(() => ID, { description: 'The id, with a prefix that tells the type.' })
  id!: string;

  /** The name of the type. Only an object that is read as a Node needs it. */
  __typename?: NodeTypeName;
}

/**
 * Marks an input or output field that has the id of an object of a type, or a list of such ids. Resolvers see UUIDs
 * there, and clients see ids with a prefix. It is a directive, since type-graphql does not pass the extensions of an
 * input field on to the types that inherit the field.
 */
export const NodeId = (type: NodeTypeName) => Directive(`@nodeId(type: "${type}")`);

/** Marks arguments of a root field that have the id of an object. @param types by the names of the arguments */
export const NodeIdArgs = (types: Record<string, NodeTypeName>) => Extensions({ nodeIdArgs: types });
