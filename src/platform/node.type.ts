import { Extensions, Field, ID, InterfaceType } from 'type-graphql';
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
 * see UUIDs there, and clients see ids with a prefix.
 */
export const NodeId = (type: NodeTypeName) => Extensions({ nodeId: type });

/** The same for arguments of a root field, by their names. */
export const NodeIdArgs = (types: Record<string, NodeTypeName>) => Extensions({ nodeIdArgs: types });
