import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { translateNodeIds } from './node-ids.js';

/** Creates the schema of these resolvers, one instance of each class. It is not guarded yet (guard.ts). */
export function createSchema(resolvers: readonly object[]): GraphQLSchema {
  const instances = new Map(resolvers.map((resolver) => [resolver.constructor, resolver]));
  const schema = buildSchemaSync({
    resolvers: [...instances.keys()] as unknown as NonEmptyArray<() => void>,
    container: { get: (resolverClass) => instances.get(resolverClass) },
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
    // Each operation checks its own input by its rules; without this, class-validator would be loaded.
    validate: false,
  });
  // type-graphql makes the root types itself and has no place for their descriptions.
  for (const { name, description } of rootTypes) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  translateNodeIds(schema);
  return schema;
}

const rootTypes = [
  { name: 'Query', description: 'What can be read.' },
  { name: 'Mutation', description: 'What can be changed.' },
];

/** Prints the schema as schema/schema.graphql holds it. */
export const printSdl = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
