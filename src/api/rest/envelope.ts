import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { type AppError, errorTable } from '../../platform/errors.js';
import { prefersProblem } from './accept.js';

/** Creates the documented response to a successful request. */
export const successEnvelope = (message: string, data: unknown, now: Date, page?: unknown) => ({
  success: true,
  message,
  data,
  ...(page !== undefined && { page }),
  timestamp: now.toISOString(),
});

/** Creates the envelope of an error. */
export const errorEnvelope = (error: AppError, requestId: string, now: Date) => ({
  success: false,
  message: error.message,
  ...errorFields(error, requestId, now),
});

/**
 * Describes an error as problem details. With the type `about:blank`, the title must be the HTTP status (RFC 9457,
 * section 4.2.1).
 */
export const problemDetails = (error: AppError, requestId: string, now: Date) => ({
  type: 'about:blank',
  title: STATUS_CODES[error.status],
  status: error.status,
  detail: error.message,
  ...errorFields(error, requestId, now),
});

const errorFields = ({ code, details }: AppError, requestId: string, now: Date) => ({
  error: errorTable[code].title,
  code,
  timestamp: now.toISOString(),
  requestId,
  ...(details && { details }),
});

/** Responds to every error with the envelope, or with problem details if the caller prefers them. */
export function createErrorHandler(toAppError: (error: unknown, request: Request) => AppError) {
  return (thrown: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = toAppError(thrown, request);
    response.status(error.status).set(error.headers);
    const { requestId } = request;
    if (prefersProblem(request)) {
      response
        .type('application/problem+json')
        .send(JSON.stringify(problemDetails(error, requestId, new Date())));
    } else {
      response.json(errorEnvelope(error, requestId, new Date()));
    }
  };
}
