import { Directive, Extensions, Field, ID, InterfaceType } from 'type-graphql';
import type { NodeTypeName } from './ids.js';

@InterfaceType('Node', {
  description: 'An object with an ID that is unique across all types.',
  resolveType: ({ __typename }) => __typename,
})
export abstract class NodeType {
  @Field(() => ID, {
    description:
      'The ID of the object: a prefix that shows its type, followed by a UUID. The prefix is `sa-` for a service account, `secret-` for a secret, `key-` for a public key, `trust-` for a trust and `audit-` for an audit log entry.',
  })
  id!: string;

  /** The name of the type. Only an object that is returned as a Node needs it. */
  __typename?: NodeTypeName;
}

/**
 * Marks an input or output field that contains the ID of an object, or a list of such IDs. Resolvers see UUIDs in the
 * field, and clients see IDs with a prefix. The mark is a directive, because types that inherit an input field do not
 * get its extensions from type-graphql.
 */
export const NodeId = (type: NodeTypeName) => Directive(`@nodeId(type: "${type}")`);

/**
 * Marks arguments of a root field that contain the ID of an object.
 * @param types the type of each argument by its name
 */
export const NodeIdArgs = (types: Record<string, NodeTypeName>) => Extensions({ nodeIdArgs: types });
