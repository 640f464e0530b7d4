import { z } from 'zod';

/** An http or https URL, without a password, which would stand in the log. */
export const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
  .refine(
    (url) => !new URL(url).username && !new URL(url).password,
    'must hold no user name and no password',
  );

/** Keys that came over plain http may be anybody's, unless they have not left this machine. */
export function isPlainHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
