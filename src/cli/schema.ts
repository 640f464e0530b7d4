import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createSchema, printSdl } from '../graphql/schema.js';
import { isInTenant } from '../graphql/scope.js';
import { createResolvers, type ResolverDependencies } from '../resolvers.js';
import { createOpenApi } from '../rest/openapi/document.js';
import { routes } from '../rest/routes.js';
import { readVersion } from '../version.js';

// Printing calls no resolver, so that they need nothing.
const schema = createSchema(createResolvers({} as ResolverDependencies));
writeFileSync('schema/schema.graphql', printSdl(schema));
writeFileSync(
  'schema/openapi.json',
  `${JSON.stringify(createOpenApi({ routes, schema, isInTenant, version: readVersion() }), null, 2)}\n`,
);
