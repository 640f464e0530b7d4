/** Where a claim is: its name, a path with dots, or a path as a list of keys. */
export type ClaimPath = string | readonly string[];

/** Returns whether an object or a list in JSON has a member. Its length is not a member of a list. */
const hasMember = (value: object, key: string): boolean =>
  Object.prototype.propertyIsEnumerable.call(value, key);

/**
 * Returns a claim. In a text, the name takes precedence over the path, because names may contain dots
 * (`https://example.com/roles`). A list of keys is a path whose keys may contain dots.
 * @returns undefined if the token has no such claim
 */
export function claimAt(claims: object, path: ClaimPath): unknown {
  if (typeof path === 'string' && hasMember(claims, path)) return claims[path as keyof typeof claims];
  let value: unknown = claims;
  for (const key of typeof path === 'string' ? path.split('.') : path) {
    if (typeof value !== 'object' || value === null || !hasMember(value, key)) return undefined;
    value = value[key as keyof typeof value];
  }
  return value;
}

/** Returns a path as the realms file has it. */
export const showPath = (path: ClaimPath): string =>
  typeof path === 'string' ? path : JSON.stringify(path).replaceAll(',', ', ');
