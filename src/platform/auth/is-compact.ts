/**
 * Returns whether a token is in the compact serialization (RFC 7515, section 3.1), in its only correct form. jose also
 * accepts other texts that decode to the same token, with which a client could bypass what others store about it.
 */
export const isCompact = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
