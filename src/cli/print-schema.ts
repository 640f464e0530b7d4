import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createSchema, printSdl } from '../api/graphql/schema.js';
import { createResolvers, type ResolverDependencies } from '../features/resolvers.js';

// No resolver runs here, so the resolvers need no dependencies.
writeFileSync('schema/schema.graphql', printSdl(createSchema(createResolvers({} as ResolverDependencies))));
