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
  return new URL(url).protocol === 'http:' && !isOnLoopback(url);
}

/** Returns whether a URL leads to this machine. */
export const isOnLoopback = (url: string): boolean =>
  URL.canParse(url) && isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ''));

/** Returns whether a host is this machine. @param host a name, or an IP address without brackets */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);
