import type { Request } from 'express';

/** Tells whether the content-type of a body is JSON. Between systems JSON is UTF-8 (RFC 8259, section 8.1). */
export function isJson(request: Request): boolean {
  const type = request.get('content-type') ?? '';
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8';
  return /^application\/json\s*(;|$)/i.test(type) && charset.toLowerCase() === 'utf-8';
}
