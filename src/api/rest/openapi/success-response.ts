import type { CompiledRoute } from '../compile-route.js';
import type { Described } from './answer-schema.js';
import { constant } from './json-schema.js';
import { responseHeaderRefs } from './response-headers.js';

interface Traits {
  isIdempotent: boolean;
  /** The values for the example. They come from the example of the request body, and from the route. */
  given: Fields;
}

/** Describes the successful response of a route: the envelope or a file. */
export function successResponse(
  { row: { stream, message }, answer: { isPaged, hasSecret } }: CompiledRoute,
  { schema, example }: Described,
  { isIdempotent, given }: Traits,
) {
  if (stream) {
    const headers = responseHeaderRefs({ status: 200, isFile: true });
    return { description: message, headers, content: { [stream.mediaType]: { schema, example } } };
  }
  const headers = responseHeaderRefs({ status: 200, isList: isPaged, isSecret: hasSecret, isIdempotent });
  return {
    description: message,
    headers,
    content: {
      'application/json': {
        schema: envelope(message, schema, isPaged),
        example: {
          success: true,
          message,
          data: spread(example, given),
          ...(isPaged && { page: { next: null, hasMore: false } }),
          timestamp: '2026-11-24T06:10:02.201Z',
        },
      },
    },
  };
}

const envelope = (message: string, data: object, isList: boolean) => ({
  type: 'object',
  properties: {
    success: constant(true),
    message: { type: 'string', const: message },
    data,
    ...(isList && { page: { $ref: '#/components/schemas/Page' } }),
    timestamp: { type: 'string', format: 'date-time', description: 'The time of the response.' },
  },
  required: ['success', 'message', 'data', ...(isList ? ['page'] : []), 'timestamp'],
});

export const pageSchema = {
  type: 'object',
  description: 'The position of the next page.',
  properties: {
    next: {
      type: ['string', 'null'],
      description: 'The value of `after` for the next page. Null on the last page.',
    },
    hasMore: { type: 'boolean', description: 'Whether there is a next page.' },
  },
  required: ['next', 'hasMore'],
};

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets the given values in the fields of the response, or of each of its items. */
function spread(example: unknown, fields: Fields): unknown {
  if (Array.isArray(example)) return example.map((item) => spread(item, fields));
  if (!isObject(example)) return example;
  const set = ([name, value]: [string, unknown]) => {
    const given = Object.hasOwn(fields, name) ? fields[name] : value;
    return [name, isObject(value) && isObject(given) ? spread(value, given) : given];
  };
  return Object.fromEntries(Object.entries(example).map(set));
}
