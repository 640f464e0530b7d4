import type { CompiledRoute } from '../compile-route.js';
import { pathNames } from '../route.js';
import { describeData } from './answer-schema.js';
import { errorResponses } from './error-responses.js';
import type { Schemas } from './json-schema.js';
import { headerParameterRefs, pathParameter, queryParameter } from './parameter-objects.js';
import { requestBody } from './request-body.js';
import { successResponse } from './success-response.js';

/** Tells whether a root field acts in the tenant of the x-tenantid header. */
export type IsInTenant = (type: 'query' | 'mutation', field: string) => boolean;

/**
 * Describes a row as an operation of OpenAPI.
 * @throws Error when the row and its operation do not fit
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
        hasPathParameters: names.length > 0,
      }),
    },
  };
}

function wording({ row: { summary, method, path }, operation: { root } }: CompiledRoute) {
  if (summary) return { summary, description: `${summary}.` };
  const { name, description } = root.field;
  if (!description) throw new Error(`${method} ${path} has no summary, and ${name} no description`);
  const [sentence = ''] = description.split(/\.(?:\s|$)/, 1);
  const [first = ''] = sentence.length > 120 ? sentence.split(':', 1) : [sentence];
  return { summary: first, description };
}

/** Returns the tag that a row is listed under: the first segment of its path that is its own. */
export const tagOf = ({ path }: CompiledRoute['row']): string =>
  path.replace('/api/v1/admin/', '').split('/', 1)[0] ?? '';

/** Returns the name of the GraphQL type that a tag such as `service-account` is about. */
export const typeOf = (tag: string): string =>
  tag.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
