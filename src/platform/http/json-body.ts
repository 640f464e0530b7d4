import { type Request, type Response, raw } from 'express';
import { AppError, findAppError, fromHttpError, invalidField } from '../errors.js';
import { limitBody } from './body-limit.js';
import { isJson } from './media-type.js';

const readBytes = limitBody(raw({ type: () => true, limit: '100kb' }));
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON body of any kind.
 * @returns undefined if there is no body
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or BAD_USER_INPUT, checked in this order
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  const text = await readText(request, response);
  if (text.trim() === '') return undefined;
  if (!isJson(request)) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  return parse(text);
}

/**
 * Reads the optional JSON body. An empty body, `{}` and `null` count as no body, with any content type.
 * @returns undefined if there is no body
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or BAD_USER_INPUT, checked in this order
 */
export async function readBody(
  request: Request,
  response: Response,
): Promise<Record<string, unknown> | undefined> {
  const text = await readText(request, response);
  if (isBlank(text)) return undefined;
  if (!isJson(request)) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  const body = parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidField('body', 'must be a JSON object');
  return body as Record<string, unknown>;
}

/** Trims the text first, because a pattern that allows spaces at both ends would take quadratic time. */
const isBlank = (text: string) => /^(\{\s*\}|null)?$/.test(text.trim());

async function readText(request: Request, response: Response): Promise<string> {
  try {
    // body-parser takes a request whose connection is closed before it is read for a request without a body.
    if (!request.complete && !request.socket.readable) throw createBrokenOffError();
    await readBytes(request, response);
  } catch (error) {
    const fault = findAppError(error) ?? fromHttpError(error);
    if (fault?.code === 'PAYLOAD_TOO_LARGE' && !isJson(request)) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
    throw fault ?? error;
  }
  if (!Buffer.isBuffer(request.body)) return '';
  try {
    return utf8.decode(request.body);
  } catch {
    throw isJson(request)
      ? invalidField('body', 'must be encoded in UTF-8')
      : new AppError('UNSUPPORTED_MEDIA_TYPE');
  }
}

/** Creates the error for a body that is not all there. Nobody receives it, because the connection is closed. */
const createBrokenOffError = () => invalidField('body', 'is incomplete');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidField('body', 'must be valid JSON');
  }
}
