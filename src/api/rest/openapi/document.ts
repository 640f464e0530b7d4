import { type GraphQLSchema, isObjectType } from 'graphql';
import { compileRoute } from '../compile-route.js';
import type { Route } from '../route.js';
import { describeRoute, type IsInTenant, tagOf, typeOf } from './describe-route.js';
import { errorComponents, errorSchemas } from './error-responses.js';
import { Schemas } from './json-schema.js';
import { headerParameters } from './parameter-objects.js';
import { headerComponents } from './response-headers.js';
import { pageSchema } from './success-response.js';

export interface DocumentNeeds {
  routes: readonly Route[];
  schema: GraphQLSchema;
  isInTenant: IsInTenant;
  /** The address of the gateway; without it the document's URLs are relative. */
  publicUrl?: string;
  version: string;
}

/**
 * Creates the OpenAPI 3.1 document out of the rows, the GraphQL operations behind them and the error table.
 * @throws Error when a row and its operation do not fit
 */
export function createOpenApi({ routes, schema, isInTenant, publicUrl, version }: DocumentNeeds) {
  const schemas = new Schemas();
  for (const [name, one] of Object.entries({ ...errorSchemas, Page: pageSchema }))
    schemas.define([name], one);
  const paths: Record<string, Record<string, ReturnType<typeof describeRoute>>> = {};
  const ids = new Set<string>();
  for (const row of routes) {
    const path = row.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    const described = describeRoute(compileRoute(row, schema), schemas, isInTenant);
    if (ids.has(described.operationId))
      throw new Error(`${described.operationId} is the operationId of two rows`);
    ids.add(described.operationId);
    paths[path][row.method.toLowerCase()] = described;
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Service account gateway',
      version,
      summary: 'Service accounts for machines: create them, and manage their whole life.',
      description,
      contact: { name: 'Whoever operates this gateway', ...(publicUrl && { url: publicUrl }) },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    security: [{ bearer: [] }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({
      name,
      description: tagDescription(name, schema),
    })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token of an administrator, from an issuer that the gateway trusts.',
        },
      },
      parameters: headerParameters,
      headers: headerComponents,
      responses: errorComponents(),
      schemas: schemas.components,
    },
  };
}

const description = `Each call is an operation of the GraphQL API under another name, and has the same rules.

Answers have one envelope: \`success\`, \`message\`, \`data\`, \`timestamp\`, and \`page\` for lists. So have errors, with
\`error\`, \`code\`, \`requestId\` and \`details\`; with \`accept: application/problem+json\` they are problem details
(RFC 9457). An unknown query parameter or field is an error that names it.`;

function tagDescription(tag: string, schema: GraphQLSchema): string {
  const type = schema.getType(typeOf(tag));
  if (!isObjectType(type) || !type.description) throw new Error(`the tag ${tag} has no type ${typeOf(tag)}`);
  return type.description;
}
