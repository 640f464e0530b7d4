import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', { description: 'An object with an id that is unique across all types.' })
export abstract class NodeType {
  @Field(() => ID, { description: 'The id, with a prefix that tells the type.' })
  id!: string;
}
