import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';
import type { Request } from 'express';
import { AppError } from '../../platform/errors.js';
import { remember } from '../../platform/http/remember.js';
import type { FileStream } from './route.js';

const json = 'application/json';
const problem = 'application/problem+json';

/**
 * Returns the media type that the caller prefers. Returns the first type if the caller has no preference, and false if
 * the caller accepts none.
 */
const preferredOf = (accept: string, types: string[]) =>
  accepts({ headers: { accept: withoutParameters(accept) } } as IncomingMessage).type(types);

/**
 * Removes parameters. The gateway accepts `application/json; charset=utf-8`, although JSON has no parameter charset.
 */
const withoutParameters = (accept: string) => accept.replace(/;\s*(?!q\s*=)[^;,]*/gi, '');

/** A request without the header accepts everything (RFC 9110, section 12.5.1). */
const acceptOf = ({ headers }: Request): string => headers.accept ?? '*/*';

/** The media type of most responses that the caller prefers. */
const preferredJson = remember((accept) => preferredOf(accept, [json, problem]));

/** Returns whether the caller prefers problem details (RFC 9457) to the envelope for errors. */
export const prefersProblem = (request: Request): boolean => preferredJson(acceptOf(request)) === problem;

/**
 * Rejects a request whose caller would not accept the response. Both JSON types are allowed for every endpoint, because
 * errors are JSON.
 * @param file the media types of a response that is a file
 * @throws AppError NOT_ACCEPTABLE if the accept header excludes all types
 */
export function requireAcceptable(
  request: Request,
  file?: Pick<FileStream, 'mediaType' | 'otherNames'>,
): void {
  const accept = acceptOf(request);
  const own = file && [file.mediaType, ...file.otherNames];
  if (own ? preferredOf(accept, [...own, json, problem]) : preferredJson(accept)) return;
  const message = file && `The response is ${file.mediaType}, but the accept header does not allow it`;
  throw new AppError('NOT_ACCEPTABLE', { message });
}
