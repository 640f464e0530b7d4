import { errors } from 'oidc-provider';

/**
 * What a token grants (RFC 6749, section 3.3): what was asked for, or all that the account is granted.
 * @param asked names with spaces between them
 * @throws InvalidScope for what the account is not granted, whether there is such a permission or not
 */
export function grantedScope(asked: string | undefined, permissions: readonly string[]): string {
  if (asked === undefined) return permissions.join(' ');
  const names = [...new Set(asked.split(' '))];
  const ungranted = names.filter((name) => !permissions.includes(name));
  if (ungranted.length > 0) {
    throw new errors.InvalidScope(`not granted: ${shorten(ungranted.join(' '))}`, asked);
  }
  return names.join(' ');
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}...` : text);
