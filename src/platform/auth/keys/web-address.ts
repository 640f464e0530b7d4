import { z } from 'zod';

/** An HTTP or HTTPS URL without a user name and password, because the gateway logs URLs. */
export const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
  .refine(
    (url) => !new URL(url).username && !new URL(url).password,
    'must not contain a user name or a password',
  );

/**
 * Returns whether a URL uses plain HTTP to another machine. Anyone on the network path could replace keys from such a
 * URL.
 */
export function isPlainHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
