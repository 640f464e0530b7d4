import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage, type NonEmptyArray } from 'type-graphql';
import { DateTime } from './date-time.js';
import { translateNodeIds } from './node-ids.js';

/** Creates the schema from the given resolvers, one instance of each class. The schema has no guards yet (guard.ts). */
export function createSchema(resolvers: readonly object[]): GraphQLSchema {
  const instances = new Map(resolvers.map((resolver) => [resolver.constructor, resolver]));
  // A field without a resolver reads its property. By default, type-graphql would call a resolver for each
  // such field, which creates objects for middleware that the gateway does not have.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers = true;
  const schema = buildSchemaSync({
    resolvers: [...instances.keys()] as unknown as NonEmptyArray<() => void>,
    container: { get: (resolverClass) => instances.get(resolverClass) },
    scalarsMap: [{ type: Date, scalar: DateTime }],
    // Each operation checks its input with its own rules. Without this setting, type-graphql would load
    // class-validator.
    validate: false,
    // The check runs an introspection query, a tenth of the start. `npm run generate` prints the schema, and the tests
    // introspect it.
    skipCheck: true,
  });
  // type-graphql cannot set the descriptions of the schema and of the root types, and the scalars come from a library.
  for (const [name, description] of Object.entries(descriptions)) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  schema.description = introduction;
  translateNodeIds(schema);
  return schema;
}

/** The beginning of the documentation in GraphiQL and of the SDL. */
const introduction = `The GraphQL API of the service account gateway, which manages service accounts for machines.

Send these headers:

- \`authorization\`: \`Bearer\` and the access token of an administrator.
- \`x-tenantid\`: the ID of the tenant whose service accounts, secrets or audit log the request is about, a UUID.
- \`realmname\`: the realm that issued the access token. By default, the issuer of the token determines it.

Begin with these operations:

- The mutation \`createServiceAccount\` creates a service account and its first secret.
- The query \`serviceAccounts\` lists the service accounts of the tenant.
- The mutation \`rotateServiceAccountSecret\` creates a secret and lets the other secrets of the account expire after an overlap period.
- The query \`viewer\` shows the caller and the operations that its roles allow.`;

const descriptions = {
  Query:
    'The read operations of the GraphQL API. Service accounts, secrets and audit logs are read from the tenant named by the `x-tenantid` header. Only `allAuditEvents` reads the audit logs of all tenants.',
  Mutation:
    'The write operations of the GraphQL API. An operation on service accounts or secrets acts in the tenant named by the `x-tenantid` header.',
  DateTime:
    'A date and time in the format of RFC 3339. Responses are in UTC, such as `2027-12-31T00:00:00.000Z`. Input may have any offset from UTC, such as `2027-12-31T01:00:00+01:00`. Digits after the milliseconds are dropped. Leap seconds are not supported.',
  JSONObject: 'A JSON object. Its fields depend on the context.',
};

/** Prints the schema in the form of schema/schema.graphql. */
export const printSdl = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
