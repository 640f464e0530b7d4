import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createSchema, printSdl } from '../api/graphql/schema.js';
import { createResolvers, type ResolverDependencies } from '../features/resolvers.js';

// No resolver is called, so that they can do without their dependencies.
writeFileSync('schema/schema.graphql', printSdl(createSchema(createResolvers({} as ResolverDependencies))));
