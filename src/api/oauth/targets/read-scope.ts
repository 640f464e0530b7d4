import { OAuthError } from '../oauth-error.js';

/** Scope tokens with single spaces between them (RFC 6749, appendix A.4). */
const scopeSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * Returns the permissions that a request names in its scope (RFC 6749, section 3.3). Defaults to all permissions of the
 * account.
 * @param scope permission names, separated by spaces
 * @throws OAuthError invalid_scope for permissions that the account does not have, whether they exist or not
 */
export function readScope(scope: string | undefined, permissions: readonly string[]): readonly string[] {
  if (scope === undefined) return permissions;
  if (!scopeSyntax.test(scope)) {
    throw new OAuthError(
      400,
      'invalid_scope',
      'scope must consist of permission names with single spaces between them, and no other white space',
    );
  }
  const names = [...new Set(scope.split(' '))];
  const ungranted = names.filter((name) => !permissions.includes(name));
  if (ungranted.length > 0) {
    throw new OAuthError(
      400,
      'invalid_scope',
      `the service account does not have these permissions: ${shorten(ungranted.join(' '))}`,
    );
  }
  return names;
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}...` : text);
