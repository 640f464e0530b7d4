import { STATUS_CODES } from 'node:http';
import { type AppError, errorTable } from '../../platform/errors.js';

/** The documented answer to a call that succeeded. */
export const successEnvelope = (message: string, data: unknown, now: Date, page?: unknown) => ({
  success: true,
  message,
  data,
  ...(page !== undefined && { page }),
  timestamp: now.toISOString(),
});

/** The same envelope for a call that failed. */
export const errorEnvelope = (error: AppError, requestId: string, now: Date) => ({
  success: false,
  message: error.message,
  error: errorTable[error.code].title,
  code: error.code,
  timestamp: now.toISOString(),
  requestId,
  ...(error.details && { details: error.details }),
});

/** The same facts as problem details. `about:blank` makes the title the HTTP status (RFC 9457, section 4.2.1). */
export const problemDetails = (error: AppError, requestId: string, now: Date) => ({
  type: 'about:blank',
  title: STATUS_CODES[error.status],
  status: error.status,
  detail: error.message,
  error: errorTable[error.code].title,
  code: error.code,
  timestamp: now.toISOString(),
  requestId,
  ...(error.details && { details: error.details }),
});
