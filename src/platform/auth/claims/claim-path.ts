/** Where a claim is: its name, a path with dots, or a path as a list of keys. */
export type ClaimPath = string | readonly string[];

/**
 * Returns a claim. In a text, the name takes precedence over the path, because names may contain dots
 * (`https://example.com/roles`). A list of keys is a path whose keys may contain dots.
 * @returns undefined if the token has no such claim
 */
export function claimAt(claims: object, path: ClaimPath): unknown {
  if (typeof path === 'string' && Object.hasOwn(claims, path)) return claims[path as keyof typeof claims];
  let value: unknown = claims;
  for (const key of typeof path === 'string' ? path.split('.') : path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = value[key as keyof typeof value];
  }
  return value;
}

/** Returns a path as the realms file has it. */
export const showPath = (path: ClaimPath): string =>
  typeof path === 'string' ? path : JSON.stringify(path).replaceAll(',', ', ');
