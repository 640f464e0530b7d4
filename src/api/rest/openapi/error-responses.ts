import { STATUS_CODES } from 'node:http';
import { AppError, type ErrorCode, errorTable, invalidField } from '../../../platform/errors.js';
import { errorEnvelope, problemDetails } from '../envelope.js';
import { responseHeaderRefs } from './response-headers.js';

/** The properties of an operation that decide which errors it has. */
interface OperationTraits {
  isMutation: boolean;
  hasPathParameters: boolean;
  isInTenant: boolean;
  isIdempotent: boolean;
}

const always = () => true;
const never = () => false;
const changing = ({ isMutation }: OperationTraits) => isMutation;

/** A rule for each code that tells which operations have the error. */
const rules: Record<ErrorCode, (traits: OperationTraits) => boolean> = {
  BAD_USER_INPUT: always,
  UNAUTHENTICATED: always,
  FORBIDDEN: always,
  NOT_FOUND: ({ hasPathParameters, isInTenant }) => hasPathParameters || isInTenant,
  // Only a method that is not documented gets this answer.
  METHOD_NOT_ALLOWED: never,
  NOT_ACCEPTABLE: always,
  CONFLICT: changing,
  LIMIT_REACHED: changing,
  TENANT_SUSPENDED: changing,
  PAYLOAD_TOO_LARGE: always,
  UNSUPPORTED_MEDIA_TYPE: always,
  IDEMPOTENCY_KEY_REUSED: ({ isIdempotent }) => isIdempotent,
  RATE_LIMITED: always,
  INTERNAL_SERVER_ERROR: always,
  SERVICE_UNAVAILABLE: always,
};

const codes = Object.keys(rules) as ErrorCode[];
const documented = codes.filter((code) => rules[code] !== never);

/** Examples of errors whose details are not in the table. */
const samples: Partial<Record<ErrorCode, AppError>> = {
  BAD_USER_INPUT: invalidField('x-tenantid', 'must be a UUID'),
  LIMIT_REACHED: new AppError('LIMIT_REACHED', { details: { limit: 100, count: 100 } }),
};

const nameOf = (status: number) => (STATUS_CODES[status] ?? '').replaceAll(' ', '');

/** Returns references to the responses of an operation when it fails, by status. */
export const errorResponses = (traits: OperationTraits) =>
  Object.fromEntries(
    documented
      .filter((code) => rules[code](traits))
      .map((code) => errorTable[code].status)
      .map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  );

/** Describes a response for each status, with an example for each of its codes. */
export function errorComponents() {
  const statuses = new Set(documented.map((code) => errorTable[code].status));
  return Object.fromEntries([...statuses].map((status) => [nameOf(status), responseFor(status)]));
}

const moment = new Date('2026-11-24T05:58:35.387Z');
const requestId = '01a20c27-7693-74a1-a722-371a59f615be';

function responseFor(status: number) {
  const these = documented.filter((code) => errorTable[code].status === status);
  const examples = (form: typeof errorEnvelope | typeof problemDetails) =>
    Object.fromEntries(
      these.map((code) => [
        code,
        {
          summary: errorTable[code].title,
          value: form(samples[code] ?? new AppError(code), requestId, moment),
        },
      ]),
    );
  return {
    description: these.map((code) => `${errorTable[code].title} (\`${code}\`).`).join(' '),
    headers: responseHeaderRefs({ status }),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: examples(errorEnvelope),
      },
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: examples(problemDetails),
      },
    },
  };
}

const shared = {
  error: { type: 'string', description: 'The title of the code.' },
  code: { type: 'string', enum: documented, description: 'What programs go by.' },
  timestamp: { type: 'string', format: 'date-time', description: 'When it was answered.' },
  requestId: { type: 'string', description: 'Stands in the x-request-id header and in the log, too.' },
  details: {
    type: 'object',
    description: 'What a client may act on.',
    properties: {
      field: { type: 'string', description: 'The field, parameter or header that is wrong.' },
      limit: { type: ['integer', 'string'], description: 'The limit that has been reached.' },
      count: { type: 'integer', description: 'How many there are.' },
    },
    additionalProperties: true,
  },
} as const;

/** The two forms of an error: the envelope, and problem details (RFC 9457). */
export const errorSchemas = {
  Error: {
    type: 'object',
    description: 'An error in the envelope of all answers.',
    properties: {
      success: { const: false },
      message: { type: 'string', description: 'What is wrong, for people.' },
      ...shared,
    },
    required: ['success', 'message', 'error', 'code', 'timestamp', 'requestId'],
  },
  Problem: {
    type: 'object',
    description: 'The same facts as problem details (RFC 9457).',
    properties: {
      type: { const: 'about:blank' },
      title: { type: 'string', description: 'The words of the HTTP status.' },
      status: { type: 'integer', description: 'The HTTP status.' },
      detail: { type: 'string', description: 'What is wrong, for people.' },
      ...shared,
    },
    required: ['type', 'title', 'status', 'detail', 'error', 'code', 'timestamp', 'requestId'],
  },
};
