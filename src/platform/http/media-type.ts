import type { IncomingMessage } from 'node:http';

/** Returns whether the content-type of a body is JSON in UTF-8, as RFC 8259, section 8.1, requires between systems. */
export function isJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  return /^application\/json\s*(;|$)/i.test(type) && isUtf8Type(type);
}

/** Returns whether the content-type of a body is that of a form in UTF-8 (RFC 6749, appendix B). */
export function isForm({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(type) && isUtf8Type(type);
}

function isUtf8Type(type: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8';
  return charset.toLowerCase() === 'utf-8';
}
