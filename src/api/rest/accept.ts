import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';
import type { Request } from 'express';
import { AppError } from '../../platform/errors.js';

const json = 'application/json';
const problem = 'application/problem+json';

/** The one of these that the caller prefers, the first if it does not care; false if it excludes all. */
const preferred = ({ headers }: Request, types: string[]) =>
  accepts({ headers: { accept: withoutParameters(headers.accept) } } as IncomingMessage).type(types);

/** `application/json; charset=utf-8` asks for what it gets, though a charset is no parameter of JSON. */
const withoutParameters = (accept: string | undefined) => accept?.replace(/;\s*(?!q\s*=)[^;,]*/gi, '');

/** Whether errors are to be problem details (RFC 9457); they are in our own envelope otherwise. */
export const prefersProblem = (request: Request): boolean => preferred(request, [json, problem]) === problem;

/**
 * JSON in either form passes everywhere: errors are JSON.
 * @param file what the answer is, where it is no JSON
 * @throws AppError NOT_ACCEPTABLE for an accept header that excludes all of it
 */
export function requireAcceptable(request: Request, file?: FileTypes): void {
  const own = file ? [file.mediaType, ...file.otherNames] : [];
  if (preferred(request, [...own, json, problem])) return;
  const message = file && `The answer is ${file.mediaType}, and the accept header excludes it`;
  throw new AppError('NOT_ACCEPTABLE', { message });
}

interface FileTypes {
  mediaType: string;
  otherNames: readonly string[];
}
