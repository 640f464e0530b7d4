/** A header, with a rule that tells which answers have it. */
interface Header {
  description: string;
  schema: object;
  isOn: (answer: AnswerTraits) => boolean;
}

/** The properties of an answer that decide which headers it has. */
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
  'x-request-id': { description: 'That of the request, or a new one.', schema: text, isOn: always },
  'ratelimit-policy': {
    description: 'The quota and the seconds of its window, for the address and for the caller.',
    schema: text,
    isOn: always,
  },
  ratelimit: {
    description: 'What is left, and the seconds until the next window.',
    schema: text,
    isOn: always,
  },
  'www-authenticate': {
    description: 'How to authenticate (RFC 6750).',
    schema: text,
    isOn: ({ status }) => status === 401,
  },
  'retry-after': {
    description: 'Seconds to wait.',
    schema: { type: 'integer' },
    isOn: ({ status }) => status === 429 || status === 503,
  },
  link: {
    description: 'The next page, `rel="next"` (RFC 8288). Not on the last one.',
    schema: text,
    isOn: ({ isList }) => isList === true,
  },
  'idempotency-replayed': {
    description: '`true` on the answer to a retry: it is the first one.',
    schema: { type: 'string', const: 'true' },
    isOn: ({ isIdempotent }) => isIdempotent === true,
  },
  'cache-control': {
    description: 'The answer is to be stored nowhere.',
    schema: { type: 'string', const: 'no-store' },
    isOn: ({ isSecret, isFile }) => isSecret === true || isFile === true,
  },
};

export const headerComponents = Object.fromEntries(
  Object.entries(headers).map(([name, { description, schema }]) => [name, { description, schema }]),
);

/** Returns references to the headers of an answer. */
export const responseHeaderRefs = (answer: AnswerTraits) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([, { isOn }]) => isOn(answer))
      .map(([name]) => [name, { $ref: `#/components/headers/${name}` }]),
  );
