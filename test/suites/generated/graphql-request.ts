import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { mutations, type Payload } from './graphql-mutation.js';
import { type Operation, operation } from './graphql-operation.js';
import { callerHeaders, contentEncoding, contentType } from './headers.js';
import { headerText, mostly, type Part, type WireRequest } from './parts.js';
import type { World } from './world.js';

export interface GraphqlRequest extends WireRequest {
  /** The operation that the answer must fit. Undefined if the gateway cannot have understood an operation. */
  payload: Payload | undefined;
  /** Whether the form of the request has no fault, so that the gateway has to run the operation. */
  good: boolean;
  /** The type of the answer. Undefined if the test cannot tell it from the accept header. */
  type: string | undefined;
}

type Accept = [header: string | undefined, type: string | undefined];
const json = 'application/json; charset=utf-8';
const graphql = 'application/graphql-response+json; charset=utf-8';

const accept = mostly<Accept>(
  fc.constantFrom<Accept>(
    [undefined, json],
    ['*/*', undefined],
    ['application/json', json],
    ['application/graphql-response+json', graphql],
    ['application/graphql-response+json, application/json;q=0.9', graphql],
  ),
  fc.oneof(
    fc.constantFrom<Accept>(['text/html', undefined], ['multipart/mixed', undefined], ['', undefined]),
    headerText.map((text): Accept => [text, undefined]),
  ),
  20,
);

const spoiled = (schema: GraphQLSchema, world: World): fc.Arbitrary<Payload> =>
  fc.tuple(operation(schema, world), fc.constantFrom(...mutations)).chain(([valid, spoil]) => spoil(valid));

/** Generates bodies that are not a JSON object with an operation. */
const wildBody = (payload: Payload): fc.Arbitrary<string> => {
  const text = JSON.stringify(wire(payload));
  return fc.oneof(
    fc.nat({ max: text.length }).map((length) => text.slice(0, length)),
    fc.constantFrom(
      `[${text},${text}]`,
      JSON.stringify(text),
      '',
      '[]',
      'null',
      `${text}${text}`,
      `\ufeff${text}`,
    ),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
  );
};

/** Generates requests to the GraphQL transport: valid operations, spoiled ones, and bodies without an operation. */
export function graphqlRequest(schema: GraphQLSchema, world: World): fc.Arbitrary<GraphqlRequest> {
  const valid = operation(schema, world);
  const payload = fc.oneof(
    { weight: 13, arbitrary: valid.map((value): Part<Payload> => ({ value, good: true })) },
    { weight: 6, arbitrary: spoiled(schema, world).map((value): Part<Payload> => ({ value, good: false })) },
  );
  const parts = fc.record({ payload, accept, caller: callerHeaders(world), contentType, contentEncoding });
  const way = fc.noBias(fc.nat({ max: 99 }));
  return fc.tuple(parts, way).chain(([{ payload, accept, caller, contentType, contentEncoding }, number]) => {
    const [acceptHeader, type] = accept.value;
    const isMutation = Boolean((payload.value as Operation).isMutation);
    const isGood = [payload, accept, caller].every(({ good }) => good);
    const common = { ...caller.value, accept: acceptHeader };
    // Few mutations are sent by GET, since the gateway always refuses them.
    if (number < (isMutation ? 1 : 25)) {
      const search = parameters(payload.value);
      const sent = search.toString().length > longest ? { query: '{__typename}' } : asParameters(search);
      return fc.nat({ max: 9 }).map((guard) => ({
        method: 'GET',
        path: `/graphql?${parameters(sent)}`,
        headers: given({ ...common, ...(guard > 0 && { 'apollo-require-preflight': 'x' }) }),
        payload: sent,
        good: isGood && guard > 0 && !isMutation,
        type,
      }));
    }
    const headers = given({
      ...common,
      'content-type': contentType.value,
      'content-encoding': contentEncoding.value,
    });
    const post = (text: string, sent: Payload | undefined, good: boolean): GraphqlRequest => ({
      method: number === 99 ? 'PUT' : 'POST',
      path: '/graphql',
      headers,
      body: Buffer.from(text),
      payload: sent,
      good: good && number !== 99,
      type,
    });
    if (number > 94) return wildBody(payload.value).map((text) => post(text, undefined, false));
    const good = isGood && contentType.good && contentEncoding.good;
    return fc.constant(post(JSON.stringify(wire(payload.value)), payload.value, good));
  });
}

const wire = ({ query, variables, operationName, extensions }: Payload): Payload => ({
  query,
  variables,
  operationName,
  extensions,
});

/** The most characters of a query string. Above about 16 kB Node's parser refuses it with a bare 431 (docs/limits.md). */
const longest = 8_000;

/** Writes an operation as the parameters of a GET (GraphQL over HTTP, section 6.2). */
function parameters(payload: Payload): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(wire(payload))) {
    if (value !== undefined) search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return search;
}

/** Reads the parameters as the gateway does, because a URL cannot have lone surrogates. */
const asParameters = (search: URLSearchParams): Payload =>
  Object.fromEntries(new URLSearchParams(search.toString()));

const given = (headers: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
