import { type GraphQLSchema, parse } from 'graphql';
import { z } from 'zod';
import { errorTable } from '../../../src/platform/errors.js';
import { assertNoLeak, assertThat, readAs } from './assert.js';
import { assertFits } from './graphql-fit.js';
import type { GraphqlRequest } from './graphql-request.js';
import type { WireAnswer } from './run.js';

/** The codes by which graphql-js and Apollo refuse a document that cannot be executed (docs/errors.md). */
const protocolCodes = [
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
];
const codes = [...Object.keys(errorTable), ...protocolCodes, 'PERSISTED_QUERY_NOT_SUPPORTED'];

const body = z.strictObject({
  data: z.record(z.string(), z.unknown()).nullable().optional(),
  errors: z
    .array(
      z.strictObject({
        message: z.string().min(1),
        path: z.array(z.union([z.string(), z.int()])).optional(),
        locations: z.array(z.strictObject({ line: z.int(), column: z.int() })).optional(),
        extensions: z.looseObject({ code: z.enum(codes), requestId: z.string() }),
      }),
    )
    .min(1)
    .optional(),
});

/** Checks an answer. @returns its kind: the status, and the codes of its errors */
export function kindOfGraphqlAnswer(
  schema: GraphQLSchema,
  request: GraphqlRequest,
  answer: WireAnswer,
): string {
  const { status, headers, text } = answer;
  const requestId = headers['x-request-id'];
  assertThat(requestId, 'no x-request-id');
  assertThat(status !== 500, `500: ${text}`);
  assertNoLeak(text, request);
  const type = String(headers['content-type']);
  assertThat(
    /^application\/(graphql-response\+)?json; charset=utf-8$/.test(type),
    `content-type ${type}: ${text}`,
  );
  const { data, errors = [] } = readAs(body, JSON.parse(text));
  const found = [...new Set(errors.map(({ extensions }) => extensions.code))].sort();
  assertThat(!found.includes('INTERNAL_SERVER_ERROR'), `an error inside: ${text}`);
  for (const { extensions } of errors) {
    assertThat(extensions.requestId === requestId, `no request id, or another one: ${text}`);
  }

  if (data) {
    assertThat(status === 200, `${status} with data: ${text}`);
    assertAnswers(schema, request, data, new Set(errors.map(({ path }) => path?.[0])));
  } else {
    assertThat(errors.length > 0 && data === undefined, `neither data nor errors: ${text}`);
    assertThat(status !== 200 || mayBe200(found, type), `200 without data: ${text}`);
  }
  if (request.type && status === 200) assertThat(type === request.type, `${type} instead of ${request.type}`);
  const refused = found.some((code) => protocolCodes.includes(code));
  assertThat(!request.good || !refused, `a good request is refused: ${text}`);
  return [status, ...found].join(' ');
}

/**
 * Tells whether an answer without data may be a 200. Under `application/json` it may be for any well-formed request,
 * since proxies answer in JSON, too (GraphQL over HTTP, section 6.4.1). An unknown persisted query is not a failure,
 * because the client then sends the whole query.
 */
const mayBe200 = (found: string[], type: string): boolean =>
  found[0] === 'PERSISTED_QUERY_NOT_SUPPORTED' ||
  (type.startsWith('application/json') && found.every((code) => beforeExecution.includes(code)));

const beforeExecution = [...protocolCodes, 'BAD_USER_INPUT'];

function assertAnswers(
  schema: GraphQLSchema,
  { payload }: GraphqlRequest,
  data: Record<string, unknown>,
  errorPaths: Set<unknown>,
): void {
  if (typeof payload?.query !== 'string') return;
  // An empty parameter is as if it were omitted, and so are variables that are null.
  const operationName =
    typeof payload.operationName === 'string' ? payload.operationName || undefined : undefined;
  const given = payload.variables;
  const variables = ((typeof given === 'string' ? JSON.parse(given || 'null') : given) ?? {}) as Record<
    string,
    unknown
  >;
  assertFits(schema, parse(payload.query), { operationName, variables }, data, errorPaths);
}
