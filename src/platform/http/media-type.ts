import type { Request } from 'express';

/** Whether a body is said to be JSON. Between systems that is UTF-8 (RFC 8259, section 8.1). */
export function isJson(request: Request): boolean {
  const type = request.get('content-type') ?? '';
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8';
  return /^application\/json\s*(;|$)/i.test(type) && charset.toLowerCase() === 'utf-8';
}
