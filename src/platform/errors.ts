import { GraphQLError } from 'graphql';

/**
 * All errors that a client may see; all others are masked. The key is `extensions.code` in GraphQL. The values are the
 * HTTP status and the REST texts (`error` and `message`).
 */
export const errorTable = {
  BAD_USER_INPUT: { status: 400, title: 'Invalid input', message: 'The request contains an invalid value' },
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
  NOT_FOUND: { status: 404, title: 'Not found', message: 'The requested resource does not exist' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    message:
      'This resource does not support the request method. The allow header lists the methods it supports.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'Not acceptable',
    message:
      'The response is application/json or application/problem+json, but the accept header allows neither',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflict',
    message: 'The request conflicts with the current state of the resource',
  },
  LIMIT_REACHED: {
    status: 409,
    title: 'Limit reached',
    message: 'Maximum number of service accounts reached',
  },
  TENANT_SUSPENDED: {
    status: 409,
    title: 'Tenant suspended',
    message: 'The tenant is suspended. A super_admin must resume it before this change is possible.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'Payload too large',
    message: 'The request body exceeds the limit of 100 kB',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    message: 'The request body must be JSON in UTF-8; send content-type: application/json',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Idempotency key reused',
    message: 'This idempotency key was already used with different input. Use a new key for a new request.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    message: 'Too many requests. Retry after the number of seconds in the retry-after header.',
  },
  INTERNAL_SERVER_ERROR: { status: 500, title: 'Server error', message: 'Unexpected server-side error' },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: 'Service unavailable',
    message:
      'The gateway is temporarily unavailable. Retry after the number of seconds in the retry-after header.',
  },
} as const satisfies Record<string, { status: number; title: string; message: string }>;

export type ErrorCode = keyof typeof errorTable;

/**
 * The headers of every response with this code. After an outage, the gateway uses the database again within 5 seconds
 * (RFC 9110, section 10.2.3).
 */
const defaultHeaders: { [code in ErrorCode]?: Record<string, string> } = {
  SERVICE_UNAVAILABLE: { 'retry-after': '5' },
};

/** Data that a client may use, such as the invalid field, or the limit and the count. It never contains a secret. */
export type ErrorDetails = Record<string, unknown>;

interface AppErrorOptions {
  /** A public text. Defaults to the message in errorTable. */
  message?: string;
  details?: ErrorDetails;
  /** HTTP headers of the response, such as `www-authenticate`. */
  headers?: Record<string, string>;
}

/** An error for the client. Its text is public and must not contain internal information. */
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

/** Shortens a text that the client has chosen, such as a field name, before the response repeats it. */
export const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/**
 * Creates a BAD_USER_INPUT error about a field. The field has the name that the caller uses, such as `name`,
 * `labels.0.key` or `x-tenantid`.
 */
export function invalidField(name: string, fault: string): AppError {
  const field = shorten(name);
  return new AppError('BAD_USER_INPUT', { message: `${field}: ${fault}`, details: { field } });
}

/** Returns the AppError, even if graphql-js or another library has wrapped it. Returns undefined for other errors. */
export function findAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  const inner = error instanceof GraphQLError ? error.originalError : undefined;
  return inner ? findAppError(inner) : undefined;
}

/** The errors for faults that body-parser finds in a request body, by their documented `type`. */
const bodyFaults: Record<string, () => AppError> = {
  'entity.too.large': () => new AppError('PAYLOAD_TOO_LARGE'),
  'encoding.unsupported': () =>
    new AppError('UNSUPPORTED_MEDIA_TYPE', {
      message: 'The content-encoding of the request body is not supported. Use gzip, deflate, br, or none.',
    }),
  'charset.unsupported': () => new AppError('UNSUPPORTED_MEDIA_TYPE'),
  'entity.parse.failed': () => invalidField('body', 'must be valid JSON'),
  'entity.verify.failed': () => invalidField('body', 'must be encoded in UTF-8'),
};

/**
 * Converts an error of Express or body-parser about the request (from `http-errors`). Returns undefined for other
 * errors.
 */
export function fromHttpError(error: unknown): AppError | undefined {
  const { type = '', status = 0 } = error as { type?: string; status?: number };
  const fault = bodyFaults[type];
  if (fault) return fault();
  if (error instanceof URIError)
    return invalidField(
      'path',
      'contains percent-encoded bytes that are not UTF-8, or a percent sign that is not encoded',
    );
  return status >= 400 && status < 500
    ? invalidField('request', 'could not be read; check the URL, and the length and encoding of the body')
    : undefined;
}
