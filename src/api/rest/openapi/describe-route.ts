import type { CompiledRoute } from '../compile-route.js';
import { pathNames } from '../route.js';
import { describeData } from './answer-schema.js';
import { errorResponses } from './error-responses.js';
import type { Schemas } from './json-schema.js';
import { headerParameterRefs, pathParameter, queryParameter } from './parameter-objects.js';
import { requestBody } from './request-body.js';
import { successResponse } from './success-response.js';

/** Returns whether a root field acts in the tenant of the x-tenantid header. */
export type IsInTenant = (type: 'query' | 'mutation', field: string) => boolean;

/**
 * Describes a route as an operation of OpenAPI.
 * @throws Error if the route does not match its GraphQL operation
 */
export function describeRoute(route: CompiledRoute, schemas: Schemas, isInTenant: IsInTenant) {
  const { row, operation, parameters, answer } = route;
  const { field } = operation.root;
  const names = pathNames(row.path);
  const about = typeOf(tagOf(row));
  const isIdempotent = field.args.some(({ name }) => name === 'idempotencyKey');
  const inTenant = isInTenant(operation.type, field.name);
  const request = requestBody(route, about, schemas);
  const data = describeData(answer.data, operation.name, schemas);
  return {
    ...wording(route),
    operationId: operation.name.charAt(0).toLowerCase() + operation.name.slice(1),
    tags: [tagOf(row)],
    parameters: [
      ...names.map((name) => pathParameter(name, operation, about)),
      ...parameters.map(queryParameter),
      ...headerParameterRefs({ 'x-tenantid': inTenant, realmname: true, 'idempotency-key': isIdempotent }),
    ],
    ...(request && { requestBody: request }),
    responses: {
      200: successResponse(route, data, {
        isIdempotent,
        given: { ...request?.content['application/json'].example, ...row.example?.data },
      }),
      ...errorResponses({
        isMutation: operation.type === 'mutation',
        isIdempotent,
        isInTenant: inTenant,
        // The input of a request without path parameters names what a PUT or DELETE request is about.
        isAboutOne: names.length > 0 || row.method === 'PUT' || row.method === 'DELETE',
      }),
    },
  };
}

/** Returns the description of a route, and its first sentence as the summary. */
function wording({ row, operation: { root } }: CompiledRoute) {
  const description = row.description ?? root.field.description;
  if (!description) throw new Error(`${row.method} ${row.path} and ${root.field.name} have no description`);
  const [summary = ''] = description.split(/\.(?:\s|$)/, 1);
  return { summary, description };
}

/** Returns the tag of a route: the first segment of its path after the prefix that all paths share. */
export const tagOf = ({ path }: CompiledRoute['row']): string =>
  path.replace('/api/v1/admin/', '').split('/', 1)[0] ?? '';

/** Returns the name of the GraphQL type that belongs to a tag such as `service-account`. */
export const typeOf = (tag: string): string =>
  tag.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
