import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createSchema, printSdl } from '../api/graphql/schema.js';
import { createResolvers, type ResolverDependencies } from '../features/resolvers.js';

// Printing calls no resolver, so that they need nothing.
writeFileSync('schema/schema.graphql', printSdl(createSchema(createResolvers({} as ResolverDependencies))));
