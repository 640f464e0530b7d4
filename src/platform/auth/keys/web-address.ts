import { z } from 'zod';

/** An http or https URL without a password, since URLs are logged. */
export const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
  .refine(
    (url) => !new URL(url).username && !new URL(url).password,
    'must not contain a user name or a password',
  );

/** Tells whether a URL is plain http to another machine. Keys from there may be anybody's. */
export function isPlainHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
