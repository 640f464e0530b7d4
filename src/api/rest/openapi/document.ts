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
  /** The URL of the gateway. If absent, the URLs in the document are relative. */
  publicUrl?: string;
  version: string;
}

/**
 * Creates the OpenAPI 3.1 document from the routes, their GraphQL operations and the error table.
 * @throws Error if a route does not match its operation
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
      summary: 'A REST API to create and manage service accounts for machines.',
      description,
      contact: { name: 'The operator of this gateway', ...(publicUrl && { url: publicUrl }) },
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
          description:
            'An access token from an identity provider that the gateway trusts. The realm of the identity provider says which values in the token mean the roles `tenant_viewer`, `tenant_admin` or `super_admin`.',
        },
      },
      parameters: headerParameters,
      headers: headerComponents,
      responses: errorComponents(),
      schemas: schemas.components,
    },
  };
}

const description = `Every endpoint runs an operation of the GraphQL API, under the same rules.

Every successful response has the fields \`success\`, \`message\`, \`data\` and \`timestamp\`. A list also has \`page\`. The
export of the audit log is an exception: its response is a file.

Every error response has the fields \`success\`, \`message\`, \`error\`, \`code\`, \`timestamp\` and \`requestId\`, and
\`details\` where they help. To get errors as problem details (RFC 9457), send \`accept: application/problem+json\`.

An unknown query parameter or an unknown field in a request body is rejected with an error that names it. Only
\`POST /api/v1/admin/service-account/create\` ignores query parameters.

A list returns one page. To get the next page, send \`page.next\` as the query parameter \`after\`.`;

function tagDescription(tag: string, schema: GraphQLSchema): string {
  const type = schema.getType(typeOf(tag));
  if (!isObjectType(type) || !type.description) throw new Error(`the tag ${tag} has no type ${typeOf(tag)}`);
  return type.description;
}
