import { Field, ID, InterfaceType } from 'type-graphql';

/** What stands before the dash of an id, and the type that it tells. */
const types: Record<string, string> = {
  sa: 'ServiceAccount',
  secret: 'ServiceAccountSecret',
  audit: 'AuditEvent',
};

@InterfaceType('Node', {
  description: 'An object with an id that is unique across all types.',
  resolveType: ({ id }: NodeType) => types[id.slice(0, id.indexOf('-'))],
})
export abstract class NodeType {
  @Field(() => ID, { description: 'The id, with a prefix that tells the type.' })
  id!: string;
}
