import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { isInTenant } from '../api/graphql/rules.js';
import { createSchema } from '../api/graphql/schema.js';
import { createOpenApi } from '../api/rest/openapi/document.js';
import { routes } from '../api/rest/routes.js';
import { createResolvers, type ResolverDependencies } from '../features/resolvers.js';
import { readVersion } from '../platform/version.js';

const schema = createSchema(createResolvers({} as ResolverDependencies));
const document = createOpenApi({ routes, schema, isInTenant, version: readVersion() });
writeFileSync('schema/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
