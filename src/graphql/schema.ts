import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { validateInput } from './validate-input.js';

/** The schema of these resolvers, one instance of each class. It is not guarded yet. */
export function createSchema(resolvers: readonly object[]): GraphQLSchema {
  const instances = new Map(resolvers.map((resolver) => [resolver.constructor, resolver]));
  return buildSchemaSync({
    resolvers: [...instances.keys()] as unknown as NonEmptyArray<() => void>,
    container: { get: (resolverClass) => instances.get(resolverClass) },
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
    validateFn: validateInput,
  });
}

/** The schema as schema/schema.graphql holds it. */
export const printSdl = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
