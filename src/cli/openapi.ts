import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createSchema } from '../graphql/schema.js';
import { isInTenant } from '../graphql/scope.js';
import { createResolvers, type ResolverDependencies } from '../resolvers.js';
import { createOpenApi } from '../rest/openapi/document.js';
import { routes } from '../rest/routes.js';
import { readVersion } from '../version.js';

const schema = createSchema(createResolvers({} as ResolverDependencies));
const document = createOpenApi({ routes, schema, isInTenant, version: readVersion() });
writeFileSync('schema/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
