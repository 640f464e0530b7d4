import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';

/** Returns whether the content-type of a body is JSON in UTF-8, as RFC 8259, section 8.1, requires between systems. */
export function isJson(request: Request): boolean {
  const type = request.get('content-type') ?? '';
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8';
  return /^application\/json\s*(;|$)/i.test(type) && charset.toLowerCase() === 'utf-8';
}

/** Returns whether the content-type of a body is that of a form. */
export const isForm = ({ headers }: IncomingMessage): boolean =>
  /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '');
