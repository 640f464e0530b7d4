import { Directive, Extensions, Field, ID, InterfaceType } from 'type-graphql';
import type { NodeTypeName } from './ids.js';

@InterfaceType('Node', {
  description: 'An object with an id that is unique across all types.',
  resolveType: ({ __typename }) => __typename,
})
export abstract class NodeType {
  @Field(() => ID, { description: 'The id, with a prefix that tells the type.' })
  id!: string;

  /** The type; only an object that is read as a Node needs to say it. */
  __typename?: NodeTypeName;
}

/**
 * Marks an input field, a list of ids included, or an output field that holds the id of such an object: resolvers
 * see UUIDs there, and clients see ids with a prefix. It is a directive, since type-graphql does not pass on the
 * extensions of an input field to the types that inherit the field.
 */
export const NodeId = (type: NodeTypeName) => Directive(`@nodeId(type: "${type}")`);

/** Marks arguments of a root field that hold the id of such an object, by their names. */
export const NodeIdArgs = (types: Record<string, NodeTypeName>) => Extensions({ nodeIdArgs: types });
