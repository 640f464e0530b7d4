import { secretInText } from '../../features/service-accounts/secrets/secret.js';
import { readable } from '../../platform/readable.js';

/** The maximum length of a place in the audit log. */
const maxLength = 500;

const looksSecret = new RegExp(secretInText, 'i');

/**
 * Returns the place of a secret for the audit log: the URL without user information, query and fragment, which can
 * contain credentials. A URL whose path contains a secret is omitted as a whole. So is anything else than a URL of a
 * web page, because it can be any text.
 * @returns null if the place is not known
 */
export function foundAt(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, origin, pathname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const place = readable(`${origin}${pathname}`, maxLength);
  return decodings(place).some((text) => looksSecret.test(text)) ? null : place;
}

/**
 * Returns a text, the text that it is percent-encoded from, and so on. A secret consists of visible ASCII characters,
 * so the other bytes are removed. They could be characters between its parts that a reader does not see.
 */
function decodings(text: string): string[] {
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const visible = text.replace(/[^!-~]/g, '');
  return decoded === text ? [visible] : [visible, ...decodings(decoded)];
}
