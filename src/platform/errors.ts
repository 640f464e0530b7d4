import { GraphQLError } from 'graphql';

/**
 * Every error that a client may see. The key is GraphQL's `extensions.code`; the columns are the HTTP status and the
 * REST wording (`error` and `message`). Any other error is masked.
 */
export const errorTable = {
  BAD_USER_INPUT: { status: 400, title: 'Invalid input', message: 'The request has an invalid value' },
  UNAUTHENTICATED: {
    status: 401,
    title: 'Authentication failed',
    message: 'Bearer token is missing, expired, or invalid',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Insufficient permissions',
    message: 'User lacks permission for this operation',
  },
  NOT_FOUND: { status: 404, title: 'Not found', message: 'There is no such resource' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    message: 'This resource does not answer to that method',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'Not acceptable',
    message: 'Answers are application/json or application/problem+json, and the accept header excludes both',
  },
  CONFLICT: { status: 409, title: 'Conflict', message: 'The request conflicts with what exists' },
  LIMIT_REACHED: {
    status: 409,
    title: 'Limit reached',
    message: 'Maximum number of service accounts reached',
  },
  TENANT_SUSPENDED: {
    status: 409,
    title: 'Tenant suspended',
    message: 'The tenant is suspended and takes no changes',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'Payload too large',
    message: 'The request body may have at most 100 kB',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    message: 'The request body must be application/json in UTF-8',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Idempotency key reused',
    message: 'This idempotency key has been used with other input',
  },
  RATE_LIMITED: { status: 429, title: 'Too many requests', message: 'Too many requests, try again later' },
  INTERNAL_SERVER_ERROR: { status: 500, title: 'Server error', message: 'Unexpected server-side error' },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: 'Service unavailable',
    message: 'The gateway cannot answer at the moment, try again later',
  },
} as const satisfies Record<string, { status: number; title: string; message: string }>;

export type ErrorCode = keyof typeof errorTable;

/**
 * Headers that every answer with a code has. A database that is back is used again within 5 seconds (RFC 9110, 10.2.3).
 */
const defaultHeaders: { [code in ErrorCode]?: Record<string, string> } = {
  SERVICE_UNAVAILABLE: { 'retry-after': '5' },
};

/** Data that a client may act on: the field that is wrong, or the limit and the count. It is never a secret. */
export type ErrorDetails = Record<string, unknown>;

interface AppErrorOptions {
  /** A public text; the wording of the table when left out. */
  message?: string;
  details?: ErrorDetails;
  /** HTTP headers that go with the answer, such as `www-authenticate`. */
  headers?: Record<string, string>;
}

/** An error for the client. Its text is public, so that nothing internal belongs in it. */
export class AppError extends GraphQLError {
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ErrorCode,
    { message = errorTable[code].message, details, headers = {} }: AppErrorOptions = {},
  ) {
    super(message, { extensions: details ? { code, details } : { code } });
    this.headers = { ...defaultHeaders[code], ...headers };
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get details(): ErrorDetails | undefined {
    return this.extensions.details as ErrorDetails | undefined;
  }
}

/** Shortens text that a client has made up, such as the name of a field, before it is repeated to the client. */
export const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/**
 * Creates a BAD_USER_INPUT error about a field, by the name that its caller knows: `name`, `labels.0.key`,
 * `x-tenantid`.
 */
export function invalidField(name: string, fault: string): AppError {
  const field = shorten(name);
  return new AppError('BAD_USER_INPUT', { message: `${field}: ${fault}`, details: { field } });
}

/** Returns the AppError that graphql-js or another library may have wrapped, or undefined. */
export function findAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  const inner = error instanceof GraphQLError ? error.originalError : undefined;
  return inner ? findAppError(inner) : undefined;
}

/** The faults that body-parser finds in a request body, by their documented `type`. */
const bodyFaults: Record<string, () => AppError> = {
  'entity.too.large': () => new AppError('PAYLOAD_TOO_LARGE'),
  'encoding.unsupported': () =>
    new AppError('UNSUPPORTED_MEDIA_TYPE', { message: 'The content-encoding is not supported' }),
  'charset.unsupported': () => new AppError('UNSUPPORTED_MEDIA_TYPE'),
  'entity.parse.failed': () => invalidField('body', 'is not valid JSON'),
  'entity.verify.failed': () => invalidField('body', 'is not UTF-8'),
};

/** Translates a fault that Express or body-parser found in a request (they throw `http-errors`). */
export function fromHttpError(error: unknown): AppError | undefined {
  const { type = '', status = 0 } = error as { type?: string; status?: number };
  const fault = bodyFaults[type];
  if (fault) return fault();
  return status >= 400 && status < 500 ? invalidField('request', 'could not be read') : undefined;
}
