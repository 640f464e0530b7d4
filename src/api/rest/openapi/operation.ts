import type { GraphQLSchema } from 'graphql';
import type { AnyRoute } from '../route.js';
import { AnswerSchema } from './answer-schema.js';
import { errorResponses } from './error-responses.js';
import { type OperationFacts, readOperation } from './operation-facts.js';
import { headerRefs, pathNames, pathParameter, queryParameter } from './parameters.js';
import { requestBody } from './request-body.js';
import type { Schemas } from './schemas.js';
import { successResponse } from './success-response.js';
import { symbolicResult } from './symbols.js';

/** Whether a root field acts in the tenant of the x-tenantid header. */
export type IsInTenant = (kind: 'query' | 'mutation', field: string) => boolean;

/**
 * What the document says of a row.
 * @throws Error when the row and its operation do not fit
 */
export function describeRow(row: AnyRoute, schema: GraphQLSchema, schemas: Schemas, isInTenant: IsInTenant) {
  const facts = readOperation(row.operation, schema);
  const names = pathNames(row.path);
  const { path = {}, body, data } = row.example ?? {};
  const queries = Object.entries(row.parameters ?? {});
  const inQuery = queries.map(([, { at }]) => at.replace(/^input\./, ''));
  const isIdempotent = facts.root.args.some(({ name }) => name === 'idempotencyKey');
  const inTenant = isInTenant(facts.definition.operation as 'query' | 'mutation', facts.root.name);
  const request = requestBody({
    facts,
    elsewhere: [...names, ...inQuery],
    about: typeOf(tagOf(row)),
    schemas,
    example: body,
  });
  const { result, find } = symbolicResult(row.operation, facts, schema);
  const answer = new AnswerSchema({ result, find }, schemas, facts.name).tell(answerOf(row, result as never));
  return {
    ...wording(row, facts),
    operationId: facts.name.charAt(0).toLowerCase() + facts.name.slice(1),
    tags: [tagOf(row)],
    parameters: [
      ...names.map((name) => pathParameter(name, facts, typeOf(tagOf(row)), path[name])),
      ...queries.map(([name, parameter]) => queryParameter(name, parameter, facts, schemas)),
      ...headerRefs({ 'x-tenantid': inTenant, realmname: true, 'idempotency-key': isIdempotent }),
    ],
    ...(request && { requestBody: request }),
    responses: {
      200: successResponse(row, answer, {
        isIdempotent,
        echo: request?.content['application/json'].example,
        data,
      }),
      ...errorResponses({
        ...facts,
        isIdempotent,
        isInTenant: inTenant,
        hasPathParameters: names.length > 0,
      }),
    },
  };
}

/** What an answer is made of: the row's data, or the text of a stream. */
const answerOf = (row: AnyRoute, result: never): unknown =>
  row.stream ? row.stream.part(result).text : row.data(result);

function wording({ summary, method, path }: AnyRoute, { root }: OperationFacts) {
  if (summary) return { summary, description: `${summary}.` };
  const { description } = root;
  if (!description) throw new Error(`${method} ${path} has no summary, and ${root.name} no description`);
  const [sentence = ''] = description.split(/\.(?:\s|$)/, 1);
  const [first = ''] = sentence.length > 120 ? sentence.split(':', 1) : [sentence];
  return { summary: first, description };
}

/** What a row is listed under: the first segment of its path that is its own. */
export const tagOf = ({ tag, path }: AnyRoute): string =>
  tag ?? path.replace('/api/v1/admin/', '').split('/', 1)[0] ?? '';

/** A tag such as `service-account` is about a type of GraphQL. */
export const typeOf = (tag: string): string =>
  tag.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
