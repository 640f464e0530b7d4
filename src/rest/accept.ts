import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';
import type { Request } from 'express';
import { AppError } from '../errors.js';

const json = 'application/json';
const problem = 'application/problem+json';

/** The one of the two that the caller prefers, the first if it does not care; false if it excludes both. */
const preferred = ({ headers }: Request) =>
  accepts({ headers: { accept: withoutParameters(headers.accept) } } as IncomingMessage).type([
    json,
    problem,
  ]);

/** `application/json; charset=utf-8` asks for what it gets, though a charset is no parameter of JSON. */
const withoutParameters = (accept: string | undefined) => accept?.replace(/;\s*(?!q\s*=)[^;,]*/gi, '');

/** Whether errors are to be problem details (RFC 9457); they are in our own envelope otherwise. */
export const prefersProblem = (request: Request): boolean => preferred(request) === problem;

/** @throws AppError NOT_ACCEPTABLE for an accept header that excludes JSON in either form */
export function requireAcceptable(request: Request): void {
  if (!preferred(request)) throw new AppError('NOT_ACCEPTABLE');
}
