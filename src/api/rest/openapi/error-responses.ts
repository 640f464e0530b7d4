import { STATUS_CODES } from 'node:http';
import { unauthenticated } from '../../../platform/auth/authenticate.js';
import { AppError, type ErrorCode, errorTable, invalidField } from '../../../platform/errors.js';
import { errorEnvelope, problemDetails } from '../envelope.js';
import { constant } from './json-schema.js';
import { responseHeaderRefs } from './response-headers.js';

/** The properties of an operation that determine which errors it can return. */
interface OperationTraits {
  isMutation: boolean;
  /** Whether the request names an object that may not exist. */
  isAboutOne: boolean;
  isInTenant: boolean;
  isIdempotent: boolean;
}

const always = () => true;
const never = () => false;
const changing = ({ isMutation }: OperationTraits) => isMutation;

/** For each code, returns whether an operation can return the error. */
const rules: Record<ErrorCode, (traits: OperationTraits) => boolean> = {
  BAD_USER_INPUT: always,
  UNAUTHENTICATED: always,
  FORBIDDEN: always,
  NOT_FOUND: ({ isAboutOne, isInTenant }) => isAboutOne || isInTenant,
  // Only undocumented methods get this response.
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

/** Examples of errors that have details. */
const samples: Partial<Record<ErrorCode, AppError>> = {
  BAD_USER_INPUT: invalidField('x-tenantid', 'must be a UUID'),
  UNAUTHENTICATED: unauthenticated("'exp' claim timestamp check failed"),
  LIMIT_REACHED: new AppError('LIMIT_REACHED', { details: { limit: 100, count: 100 } }),
};

const nameOf = (status: number) => (STATUS_CODES[status] ?? '').replaceAll(' ', '');

/** Returns references to the error responses of an operation, by status. */
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
  error: { type: 'string', description: 'The title of the error code.' },
  code: { type: 'string', enum: documented, description: 'The machine-readable error code.' },
  timestamp: { type: 'string', format: 'date-time', description: 'The time of the response.' },
  requestId: {
    type: 'string',
    description:
      'The ID of the request, as in the `x-request-id` response header and in the log of the gateway.',
  },
  details: {
    type: 'object',
    description: 'Machine-readable details of the error. Absent if there are none.',
    properties: {
      field: { type: 'string', description: 'The field, query parameter or header that caused the error.' },
      reason: { type: 'string', description: 'Why the access token was rejected.' },
      limit: { type: ['integer', 'string'], description: 'The limit that was reached.' },
      count: {
        type: 'integer',
        description: 'The current number of objects that caused the error, such as service accounts.',
      },
      quota: { type: 'integer', description: 'What the limit allows in a minute.' },
      retryAfter: { type: 'integer', description: 'The number of seconds until the limit starts anew.' },
    },
    additionalProperties: true,
  },
} as const;

/** The two formats of an error: the envelope, and problem details (RFC 9457). */
export const errorSchemas = {
  Error: {
    type: 'object',
    description: 'An error response.',
    properties: {
      success: constant(false),
      message: { type: 'string', description: 'A human-readable description of the error.' },
      ...shared,
    },
    required: ['success', 'message', 'error', 'code', 'timestamp', 'requestId'],
  },
  Problem: {
    type: 'object',
    description: 'An error response in the format of RFC 9457 (problem details).',
    properties: {
      type: { type: 'string', const: 'about:blank' },
      title: { type: 'string', description: 'The name of the HTTP status.' },
      status: { type: 'integer', description: 'The HTTP status code.' },
      detail: { type: 'string', description: 'A human-readable description of the error.' },
      ...shared,
    },
    required: ['type', 'title', 'status', 'detail', 'error', 'code', 'timestamp', 'requestId'],
  },
};
