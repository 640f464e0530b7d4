import type { Request } from 'express';
import { AppError } from '../errors.js';

const json = 'application/json';
const problem = 'application/problem+json';

/** Whether errors are to be problem details (RFC 9457); they are in our own envelope otherwise. */
export const prefersProblem = (request: Request): boolean => request.accepts(json, problem) === problem;

/** @throws AppError NOT_ACCEPTABLE for an accept header that excludes JSON in either form */
export function requireAcceptable(request: Request): void {
  if (!request.accepts(json, problem)) throw new AppError('NOT_ACCEPTABLE');
}
