import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';
import type { Request } from 'express';
import { AppError } from '../../platform/errors.js';
import type { FileStream } from './route.js';

const json = 'application/json';
const problem = 'application/problem+json';

/** Returns the type that the caller prefers, the first one if it does not care; false if it excludes all. */
const preferred = ({ headers }: Request, types: string[]) =>
  accepts({ headers: { accept: withoutParameters(headers.accept) } } as IncomingMessage).type(types);

/** Cuts parameters off: `application/json; charset=utf-8` is answered, though a charset is no parameter of JSON. */
const withoutParameters = (accept: string | undefined) => accept?.replace(/;\s*(?!q\s*=)[^;,]*/gi, '');

/** Tells whether the caller prefers errors as problem details (RFC 9457) to our own envelope. */
export const prefersProblem = (request: Request): boolean => preferred(request, [json, problem]) === problem;

/**
 * Refuses a request that could not be answered. Either form of JSON passes everywhere, because errors are JSON.
 * @param file the media types of an answer that is a file
 * @throws AppError NOT_ACCEPTABLE for an accept header that excludes all of it
 */
export function requireAcceptable(
  request: Request,
  file?: Pick<FileStream, 'mediaType' | 'otherNames'>,
): void {
  const own = file ? [file.mediaType, ...file.otherNames] : [];
  if (preferred(request, [...own, json, problem])) return;
  const message = file && `The response is ${file.mediaType}, but the accept header does not allow it`;
  throw new AppError('NOT_ACCEPTABLE', { message });
}
