/** The characters and the length of a URI in the catalog (RFC 3986, section 2). Clients may send any other text. */
export const isUriText = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);

/**
 * Returns the text by which audiences are compared. A web address with an empty path equals the same with the path `/`
 * (RFC 3986, section 6.2.3). Clients of the Model Context Protocol send the latter for both.
 */
export const uriKey = (uri: string): string => uri.replace(/^(https?:\/\/[^/?#]+)(?=\?|$)/, '$1/');

/** An absolute URI without a fragment (RFC 8707, section 2; RFC 3986, section 4.3). */
const absoluteUri = /^[a-z][a-z0-9+.-]*:(?:[\w.~:/?[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;
const webAddress = /^https?:/;

const notAbsolute =
  'must be an absolute URI without a fragment, 1 to 255 ASCII characters long, such as https://mcp.example.com';

/**
 * Returns what is wrong with a URI for the catalog. A web address must be in its normal form, in which clients send it,
 * so that no two audiences are equivalent.
 */
export function findUriFault(uri: string): string | undefined {
  if (!isUriText(uri) || !absoluteUri.test(uri)) return notAbsolute;
  if (!webAddress.test(uri)) return undefined;
  if (!URL.canParse(uri)) return notAbsolute;
  const { username, password, href } = new URL(uri);
  if (username || password) return 'must not contain a user name or a password';
  return uriKey(uri) === href ? undefined : `must be written in its normal form, ${href}`;
}

/** Returns the keys of a text that is an audience elsewhere and need not be in its normal form. */
export const keysOf = (text: string): string[] => [
  uriKey(text),
  webAddress.test(text.toLowerCase()) && URL.canParse(text) ? new URL(text).href : text,
];
