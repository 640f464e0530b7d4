import { z } from 'zod';

/** Returns a URL without the slashes at its end. */
export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** Returns whether a URL can be an issuer, which has no query and no fragment (RFC 8414, section 2). */
const isBaseUrl = (url: string) => /^\s*https?:\/\//i.test(url) && URL.canParse(url) && !/[?#]/.test(url);

/** Returns whether a URL has no user name and no password. The metadata and the tokens would show both to everyone. */
const isPublic = (url: string) => !new URL(url).username && !new URL(url).password;

/** Returns a URL as clients send it, without empty path segments and slashes at its end. */
function normalForm(url: string): string {
  const { origin, pathname } = new URL(url);
  return withoutSlash(origin + pathname.replace(/\/{2,}/g, '/'));
}

/**
 * The rule for PUBLIC_URL. Clients compare issuers and audiences character by character (RFC 8414, section 3.3), but
 * write URLs in their normal form. A PUBLIC_URL in another form would match neither their issuers nor their paths.
 */
export const publicUrl = z
  .string()
  .refine(isBaseUrl, {
    error: 'must be an http or https URL without query and fragment, for example https://gateway.example.com',
    abort: true,
  })
  .refine(isPublic, { error: 'must not contain a user name or a password', abort: true })
  .refine((url) => withoutSlash(url) === normalForm(url), {
    error: ({ input }) => `must be written in its normal form, ${normalForm(String(input))}`,
  });
