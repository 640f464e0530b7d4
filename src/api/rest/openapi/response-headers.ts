/** A response header, with a rule that determines which responses have it. */
interface Header {
  description: string;
  schema: object;
  isOn: (answer: AnswerTraits) => boolean;
}

/** The properties of a response that determine which headers it has. */
export interface AnswerTraits {
  status: number;
  isList?: boolean;
  isSecret?: boolean;
  isFile?: boolean;
  isIdempotent?: boolean;
}

const text = { type: 'string' };
const always = () => true;

const headers: Record<string, Header> = {
  'x-request-id': {
    description: 'The ID of the request: the `x-request-id` that the client sent, or a new ID.',
    schema: text,
    isOn: always,
  },
  'ratelimit-policy': {
    description:
      'The rate limits for the IP address and for the caller. For each limit, `q` is the number of requests per window, and `w` is the length of the window in seconds. Absent if rate limiting is off.',
    schema: text,
    isOn: always,
  },
  ratelimit: {
    description:
      'The state of each rate limit. `r` is the number of requests left, and `t` is the number of seconds until the next window starts. Absent if rate limiting is off.',
    schema: text,
    isOn: always,
  },
  'www-authenticate': {
    description:
      'The required authentication scheme and, if an access token was rejected, the reason (RFC 6750).',
    schema: text,
    isOn: ({ status }) => status === 401,
  },
  'retry-after': {
    description: 'The number of seconds to wait before the next attempt.',
    schema: { type: 'integer' },
    isOn: ({ status }) => status === 429 || status === 503,
  },
  link: {
    description: 'A link to the next page with `rel="next"` (RFC 8288). Absent on the last page.',
    schema: text,
    isOn: ({ isList }) => isList === true,
  },
  'idempotency-replayed': {
    description:
      '`true` if this is the stored response to an earlier request with the same idempotency key. Otherwise absent.',
    schema: { type: 'string', const: 'true' },
    isOn: ({ isIdempotent }) => isIdempotent === true,
  },
  'cache-control': {
    description: 'Caches must not store the response.',
    schema: { type: 'string', const: 'no-store' },
    isOn: ({ isSecret, isFile }) => isSecret === true || isFile === true,
  },
};

export const headerComponents = Object.fromEntries(
  Object.entries(headers).map(([name, { description, schema }]) => [name, { description, schema }]),
);

/** Returns references to the headers of a response. */
export const responseHeaderRefs = (answer: AnswerTraits) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([, { isOn }]) => isOn(answer))
      .map(([name]) => [name, { $ref: `#/components/headers/${name}` }]),
  );
