import type { AnyRoute } from '../route.js';
import type { Told } from './answer-schema.js';
import { headerRefs } from './response-headers.js';

interface More {
  isIdempotent: boolean;
  /** The example of the request's body: what it sets stands in the answer. */
  echo?: Readonly<Record<string, unknown>>;
  /** What else is to stand in the example of the answer. */
  data?: Readonly<Record<string, unknown>>;
}

/** The answer of a row when it succeeds: the envelope, or a file. */
export function successResponse(
  row: AnyRoute,
  { schema, example }: Told,
  { isIdempotent, echo, data }: More,
) {
  if (row.stream) {
    const headers = headerRefs({ status: 200, isFile: true });
    const content = { [row.stream.mediaType]: { schema, example } };
    return { description: 'A JSON object on each line.', headers, content };
  }
  const { message, page, secret } = row;
  const headers = headerRefs({
    status: 200,
    isList: page !== undefined,
    isSecret: secret === true,
    isIdempotent,
  });
  return {
    description: message,
    headers,
    content: {
      'application/json': {
        schema: envelope(message, schema, page !== undefined),
        example: {
          success: true,
          message,
          data: spread(example, { ...echo, ...data }),
          ...(page !== undefined && { page: { next: null, hasMore: false } }),
          timestamp: '2026-11-24T06:10:02.201Z',
        },
      },
    },
  };
}

const envelope = (message: string, data: object, isList: boolean) => ({
  type: 'object',
  properties: {
    success: { const: true },
    message: { type: 'string', const: message },
    data,
    ...(isList && { page: { $ref: '#/components/schemas/Page' } }),
    timestamp: { type: 'string', format: 'date-time', description: 'When it was answered.' },
  },
  required: ['success', 'message', 'data', ...(isList ? ['page'] : []), 'timestamp'],
});

/** Where a list goes on. */
export const pageSchema = {
  type: 'object',
  description: 'Where the list goes on.',
  properties: {
    next: { type: ['string', 'null'], description: 'The cursor for `after`; null on the last page.' },
    hasMore: { type: 'boolean', description: 'Whether there is more.' },
  },
  required: ['next', 'hasMore'],
};

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets those fields that the answer, or each item of it, has. */
function spread(example: unknown, fields: Fields): unknown {
  if (Array.isArray(example)) return example.map((item) => spread(item, fields));
  if (!isObject(example)) return example;
  const set = ([name, value]: [string, unknown]) => {
    const given = Object.hasOwn(fields, name) ? fields[name] : value;
    return [name, isObject(value) && isObject(given) ? spread(value, given) : given];
  };
  return Object.fromEntries(Object.entries(example).map(set));
}
